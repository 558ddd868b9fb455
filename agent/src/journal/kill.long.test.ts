/** As `kill.test.ts`, with the tests that it leaves to the long run. */
import "./kill.test.ts";
