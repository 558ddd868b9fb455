/** As `corpus.test.ts`, with the tests that it leaves to the long run. */
import "./corpus.test.ts";
