/** As `console-by-freeradius.test.ts`, with the tests that it leaves to the long run. */
import "./console-by-freeradius.test.ts";
