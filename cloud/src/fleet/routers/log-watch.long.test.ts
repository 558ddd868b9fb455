/** As `log-watch.test.ts`, with the tests that it leaves to the long run. */
import "./log-watch.test.ts";
