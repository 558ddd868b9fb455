/** As `home.test.ts`, with the tests that it leaves to the long run. */
import "./home.test.ts";
