/** As `sessions.test.ts`, with the tests that it leaves to the long run. */
import "./sessions.test.ts";
