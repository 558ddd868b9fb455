/** As `staff-claims.test.ts`, with the tests that it leaves to the long run. */
import "./staff-claims.test.ts";
