/** As `crash.test.ts`, with the tests that it leaves to the long run. */
import "./crash.test.ts";
