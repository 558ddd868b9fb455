/** As `refund-ways.test.ts`, with the tests that it leaves to the long run. */
import "./refund-ways.test.ts";
