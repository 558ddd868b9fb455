/** As `late-fee.test.ts`, with the tests that it leaves to the long run. */
import "./late-fee.test.ts";
