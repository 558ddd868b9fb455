/** As `transition-limit.test.ts`, with the tests that it leaves to the long run. */
import "./transition-limit.test.ts";
