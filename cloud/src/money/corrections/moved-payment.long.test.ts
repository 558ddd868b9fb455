/** As `moved-payment.test.ts`, with the tests that it leaves to the long run. */
import "./moved-payment.test.ts";
