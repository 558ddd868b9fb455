/** As `history.test.ts`, with the tests that it leaves to the long run. */
import "./history.test.ts";
