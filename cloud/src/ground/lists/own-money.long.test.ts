/** As `own-money.test.ts`, with the tests that it leaves to the long run. */
import "./own-money.test.ts";
