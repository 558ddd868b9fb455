/** As `hub-time.test.ts`, with the tests that it leaves to the long run. */
import "./hub-time.test.ts";
