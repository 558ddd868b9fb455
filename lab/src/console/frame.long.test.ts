/** As `frame.test.ts`, with the tests that it leaves to the long run. */
import "./frame.test.ts";
