/** As `odd-routers.test.ts`, with the tests that it leaves to the long run. */
import "./odd-routers.test.ts";
