/** As `change-grant.test.ts`, with the tests that it leaves to the long run. */
import "./change-grant.test.ts";
