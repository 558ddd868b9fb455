/** As `streams.test.ts`, with the tests that it leaves to the long run. */
import "./streams.test.ts";
