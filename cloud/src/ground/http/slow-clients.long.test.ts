/** As `slow-clients.test.ts`, with the tests that it leaves to the long run. */
import "./slow-clients.test.ts";
