/** As `dead-stick-purchases.test.ts`, with the tests that it leaves to the long run. */
import "./dead-stick-purchases.test.ts";
