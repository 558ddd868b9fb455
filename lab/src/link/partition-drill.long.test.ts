/** As `partition-drill.test.ts`, with the tests that it leaves to the long run. */
import "./partition-drill.test.ts";
