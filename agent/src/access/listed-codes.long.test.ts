/** As `listed-codes.test.ts`, with the tests that it leaves to the long run. */
import "./listed-codes.test.ts";
