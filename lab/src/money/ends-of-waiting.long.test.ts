/** As `ends-of-waiting.test.ts`, with the tests that it leaves to the long run. */
import "./ends-of-waiting.test.ts";
