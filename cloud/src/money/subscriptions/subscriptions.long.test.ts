/** As `subscriptions.test.ts`, with the tests that it leaves to the long run. */
import "./subscriptions.test.ts";
