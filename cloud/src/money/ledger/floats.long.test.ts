/** As `floats.test.ts`, with the tests that it leaves to the long run. */
import "./floats.test.ts";
