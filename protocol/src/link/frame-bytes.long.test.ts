/** As `frame-bytes.test.ts`, with the tests that it leaves to the long run. */
import "./frame-bytes.test.ts";
