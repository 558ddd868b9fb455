/** As `drill.test.ts`, with the tests that it leaves to the long run. */
import "./drill.test.ts";
