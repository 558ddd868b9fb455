/** As `routers.test.ts`, with the tests that it leaves to the long run. */
import "./routers.test.ts";
