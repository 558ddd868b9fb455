/** As `migrate.test.ts`, with the tests that it leaves to the long run. */
import "./migrate.test.ts";
