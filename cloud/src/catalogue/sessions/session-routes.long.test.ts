/** As `session-routes.test.ts`, with the tests that it leaves to the long run. */
import "./session-routes.test.ts";
