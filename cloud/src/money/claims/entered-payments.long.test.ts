/** As `entered-payments.test.ts`, with the tests that it leaves to the long run. */
import "./entered-payments.test.ts";
