/** As `http-listener.test.ts`, with the tests that it leaves to the long run. */
import "./http-listener.test.ts";
