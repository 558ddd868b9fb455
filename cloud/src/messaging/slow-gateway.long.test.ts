/** As `slow-gateway.test.ts`, with the tests that it leaves to the long run. */
import "./slow-gateway.test.ts";
