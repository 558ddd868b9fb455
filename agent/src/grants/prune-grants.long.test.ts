/** As `prune-grants.test.ts`, with the tests that it leaves to the long run. */
import "./prune-grants.test.ts";
