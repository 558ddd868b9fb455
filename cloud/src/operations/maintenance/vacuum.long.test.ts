/** As `vacuum.test.ts`, with the tests that it leaves to the long run. */
import "./vacuum.test.ts";
