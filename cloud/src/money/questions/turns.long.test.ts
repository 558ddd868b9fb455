/** As `turns.test.ts`, with the tests that it leaves to the long run. */
import "./turns.test.ts";
