/** As `main.test.ts`, with the tests that it leaves to the long run. */
import "./main.test.ts";
