/** As `second-factor.test.ts`, with the tests that it leaves to the long run. */
import "./second-factor.test.ts";
