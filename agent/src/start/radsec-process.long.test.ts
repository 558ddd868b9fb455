/** As `radsec-process.test.ts`, with the tests that it leaves to the long run. */
import "./radsec-process.test.ts";
