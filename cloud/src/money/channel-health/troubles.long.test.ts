/** As `troubles.test.ts`, with the tests that it leaves to the long run. */
import "./troubles.test.ts";
