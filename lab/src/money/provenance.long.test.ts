/** As `provenance.test.ts`, with the tests that it leaves to the long run. */
import "./provenance.test.ts";
