/** As `received.test.ts`, with the tests that it leaves to the long run. */
import "./received.test.ts";
