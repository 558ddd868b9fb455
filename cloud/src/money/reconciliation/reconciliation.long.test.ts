/** As `reconciliation.test.ts`, with the tests that it leaves to the long run. */
import "./reconciliation.test.ts";
