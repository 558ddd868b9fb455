/** As `open-api.test.ts`, with the tests that it leaves to the long run. */
import "./open-api.test.ts";
