/** As `erase-locks.test.ts`, with the tests that it leaves to the long run. */
import "./erase-locks.test.ts";
