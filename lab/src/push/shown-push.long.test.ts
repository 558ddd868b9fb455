/** As `shown-push.test.ts`, with the tests that it leaves to the long run. */
import "./shown-push.test.ts";
