/** As `quotas.test.ts`, with the tests that it leaves to the long run. */
import "./quotas.test.ts";
