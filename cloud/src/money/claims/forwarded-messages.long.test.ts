/** As `forwarded-messages.test.ts`, with the tests that it leaves to the long run. */
import "./forwarded-messages.test.ts";
