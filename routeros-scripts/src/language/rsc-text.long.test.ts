/** As `rsc-text.test.ts`, with the tests that it leaves to the long run. */
import "./rsc-text.test.ts";
