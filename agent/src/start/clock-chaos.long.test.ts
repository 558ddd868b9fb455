/** As `clock-chaos.test.ts`, with the tests that it leaves to the long run. */
import "./clock-chaos.test.ts";
