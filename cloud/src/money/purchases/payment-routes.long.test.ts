/** As `payment-routes.test.ts`, with the tests that it leaves to the long run. */
import "./payment-routes.test.ts";
