/** As `purge.test.ts`, with the tests that it leaves to the long run. */
import "./purge.test.ts";
