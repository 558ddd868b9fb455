/** As `lists.test.ts`, with the tests that it leaves to the long run. */
import "./lists.test.ts";
