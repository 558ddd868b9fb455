/** As `group-messages.test.ts`, with the tests that it leaves to the long run. */
import "./group-messages.test.ts";
