/** As `hub-names.test.ts`, with the tests that it leaves to the long run. */
import "./hub-names.test.ts";
