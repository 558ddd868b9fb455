/** As `sweeper.test.ts`, with the tests that it leaves to the long run. */
import "./sweeper.test.ts";
