/** As `radius-log-in.test.ts`, with the tests that it leaves to the long run. */
import "./radius-log-in.test.ts";
