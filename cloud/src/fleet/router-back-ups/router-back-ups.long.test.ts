/** As `router-back-ups.test.ts`, with the tests that it leaves to the long run. */
import "./router-back-ups.test.ts";
