/** As `paper-sales.test.ts`, with the tests that it leaves to the long run. */
import "./paper-sales.test.ts";
