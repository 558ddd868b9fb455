/** As `set-up-line.test.ts`, with the tests that it leaves to the long run. */
import "./set-up-line.test.ts";
