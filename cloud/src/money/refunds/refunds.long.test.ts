/** As `refunds.test.ts`, with the tests that it leaves to the long run. */
import "./refunds.test.ts";
