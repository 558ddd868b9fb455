/** As `unverified-limit.test.ts`, with the tests that it leaves to the long run. */
import "./unverified-limit.test.ts";
