/** As `site-import.test.ts`, with the tests that it leaves to the long run. */
import "./site-import.test.ts";
