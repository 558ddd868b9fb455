/** As `agent-and-router.test.ts`, with the tests that it leaves to the long run. */
import "./agent-and-router.test.ts";
