/** As `stock-at-work.test.ts`, with the tests that it leaves to the long run. */
import "./stock-at-work.test.ts";
