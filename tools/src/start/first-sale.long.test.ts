/** As `first-sale.test.ts`, with the tests that it leaves to the long run. */
import "./first-sale.test.ts";
