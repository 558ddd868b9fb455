/** As `state.test.ts`, with the tests that it leaves to the long run. */
import "./state.test.ts";
