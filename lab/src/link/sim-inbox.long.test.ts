/** As `sim-inbox.test.ts`, with the tests that it leaves to the long run. */
import "./sim-inbox.test.ts";
