/** As `run-scripts.test.ts`, with the tests that it leaves to the long run. */
import "./run-scripts.test.ts";
