/** As `manners.test.ts`, with the tests that it leaves to the long run. */
import "./manners.test.ts";
