/** As `money-locks.test.ts`, with the tests that it leaves to the long run. */
import "./money-locks.test.ts";
