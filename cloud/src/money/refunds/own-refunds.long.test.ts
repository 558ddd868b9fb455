/** As `own-refunds.test.ts`, with the tests that it leaves to the long run. */
import "./own-refunds.test.ts";
