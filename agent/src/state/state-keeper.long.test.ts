/** As `state-keeper.test.ts`, with the tests that it leaves to the long run. */
import "./state-keeper.test.ts";
