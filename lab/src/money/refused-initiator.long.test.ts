/** As `refused-initiator.test.ts`, with the tests that it leaves to the long run. */
import "./refused-initiator.test.ts";
