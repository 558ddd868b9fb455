/** As `accounting-chaos.test.ts`, with the tests that it leaves to the long run. */
import "./accounting-chaos.test.ts";
