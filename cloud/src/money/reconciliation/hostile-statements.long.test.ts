/** As `hostile-statements.test.ts`, with the tests that it leaves to the long run. */
import "./hostile-statements.test.ts";
