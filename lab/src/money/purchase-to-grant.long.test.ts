/** As `purchase-to-grant.test.ts`, with the tests that it leaves to the long run. */
import "./purchase-to-grant.test.ts";
