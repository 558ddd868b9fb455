/** As `site-state.test.ts`, with the tests that it leaves to the long run. */
import "./site-state.test.ts";
