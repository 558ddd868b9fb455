/** As `open-database.test.ts`, with the tests that it leaves to the long run. */
import "./open-database.test.ts";
