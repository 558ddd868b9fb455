/** As `by-hand.test.ts`, with the tests that it leaves to the long run. */
import "./by-hand.test.ts";
