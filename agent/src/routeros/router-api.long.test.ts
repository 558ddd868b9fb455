/** As `router-api.test.ts`, with the tests that it leaves to the long run. */
import "./router-api.test.ts";
