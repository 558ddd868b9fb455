/** As `pay-accounts.test.ts`, with the tests that it leaves to the long run. */
import "./pay-accounts.test.ts";
