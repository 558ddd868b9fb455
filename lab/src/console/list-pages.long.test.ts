/** As `list-pages.test.ts`, with the tests that it leaves to the long run. */
import "./list-pages.test.ts";
