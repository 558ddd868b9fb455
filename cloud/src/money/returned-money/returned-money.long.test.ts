/** As `returned-money.test.ts`, with the tests that it leaves to the long run. */
import "./returned-money.test.ts";
