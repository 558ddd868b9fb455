/** As `session-table.test.ts`, with the tests that it leaves to the long run. */
import "./session-table.test.ts";
