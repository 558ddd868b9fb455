/** As `refund.test.ts`, with the ways that it leaves to the long run. */
import "./refund.test.ts";
