/** As `back-up-policy.test.ts`, with the tests that it leaves to the long run. */
import "./back-up-policy.test.ts";
