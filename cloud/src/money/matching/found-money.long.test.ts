/** As `found-money.test.ts`, with the tests that it leaves to the long run. */
import "./found-money.test.ts";
