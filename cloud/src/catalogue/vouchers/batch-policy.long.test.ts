/** As `batch-policy.test.ts`, with the tests that it leaves to the long run. */
import "./batch-policy.test.ts";
