/** As `claim-messages.test.ts`, with the tests that it leaves to the long run. */
import "./claim-messages.test.ts";
