/** As `set-up.test.ts`, with the tests that it leaves to the long run. */
import "./set-up.test.ts";
