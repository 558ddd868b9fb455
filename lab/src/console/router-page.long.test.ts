/** As `router-page.test.ts`, with the ways that it leaves to the long run. */
import "./router-page.test.ts";
