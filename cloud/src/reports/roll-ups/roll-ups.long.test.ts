/** As `roll-ups.test.ts`, with the tests that it leaves to the long run. */
import "./roll-ups.test.ts";
