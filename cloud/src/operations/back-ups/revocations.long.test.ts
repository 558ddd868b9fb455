/** As `revocations.test.ts`, with the tests that it leaves to the long run. */
import "./revocations.test.ts";
