/** As `set-up-faults.test.ts`, with the tests that it leaves to the long run. */
import "./set-up-faults.test.ts";
