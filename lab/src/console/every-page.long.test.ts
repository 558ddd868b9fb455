/** As `every-page.test.ts`, at each width in each language. */
import "./every-page.test.ts";
