/** As `services.test.ts`, with the tests that it leaves to the long run. */
import "./services.test.ts";
