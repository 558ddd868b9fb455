/** As `claim-locks.test.ts`, with the tests that it leaves to the long run. */
import "./claim-locks.test.ts";
