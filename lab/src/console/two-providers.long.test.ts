/** As `two-providers.test.ts`, with the tests that it leaves to the long run. */
import "./two-providers.test.ts";
