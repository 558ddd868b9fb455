/** As `stock.test.ts`, with the tests that it leaves to the long run. */
import "./stock.test.ts";
