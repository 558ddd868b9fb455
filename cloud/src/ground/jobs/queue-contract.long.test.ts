/** As `queue-contract.test.ts`, with the tests that it leaves to the long run. */
import "./queue-contract.test.ts";
