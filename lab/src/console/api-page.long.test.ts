/** As `api-page.test.ts`, with the ways that it leaves to the long run. */
import "./api-page.test.ts";
