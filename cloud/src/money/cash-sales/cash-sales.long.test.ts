/** As `cash-sales.test.ts`, with the tests that it leaves to the long run. */
import "./cash-sales.test.ts";
