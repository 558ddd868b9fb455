/** As `transition.test.ts`, with the tests that it leaves to the long run. */
import "./transition.test.ts";
