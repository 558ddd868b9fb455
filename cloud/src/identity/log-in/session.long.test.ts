/** As `session.test.ts`, with the tests that it leaves to the long run. */
import "./session.test.ts";
