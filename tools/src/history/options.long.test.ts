/** As `options.test.ts`, with the tests that it leaves to the long run. */
import "./options.test.ts";
