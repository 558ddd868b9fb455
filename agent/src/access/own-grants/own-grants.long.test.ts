/** As `own-grants.test.ts`, with the tests that it leaves to the long run. */
import "./own-grants.test.ts";
