/** As `portal-server.test.ts`, with the tests that it leaves to the long run. */
import "./portal-server.test.ts";
