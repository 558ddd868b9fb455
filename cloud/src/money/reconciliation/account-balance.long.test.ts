/** As `account-balance.test.ts`, with the tests that it leaves to the long run. */
import "./account-balance.test.ts";
