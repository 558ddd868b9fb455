/** As `sheets.test.ts`, with the tests that it leaves to the long run. */
import "./sheets.test.ts";
