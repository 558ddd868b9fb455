/** As `tickets.test.ts`, with the tests that it leaves to the long run. */
import "./tickets.test.ts";
