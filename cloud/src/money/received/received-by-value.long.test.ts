/** As `received-by-value.test.ts`, with the tests that it leaves to the long run. */
import "./received-by-value.test.ts";
