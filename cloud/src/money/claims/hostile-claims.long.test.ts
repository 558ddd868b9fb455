/** As `hostile-claims.test.ts`, with the tests that it leaves to the long run. */
import "./hostile-claims.test.ts";
