/** As `raw-bodies.test.ts`, with the tests that it leaves to the long run. */
import "./raw-bodies.test.ts";
