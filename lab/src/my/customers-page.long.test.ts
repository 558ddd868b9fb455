/** As `customers-page.test.ts`, with the ways that it leaves to the long run. */
import "./customers-page.test.ts";
