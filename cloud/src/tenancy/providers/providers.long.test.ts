/** As `providers.test.ts`, with the tests that it leaves to the long run. */
import "./providers.test.ts";
