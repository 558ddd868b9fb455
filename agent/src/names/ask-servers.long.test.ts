/** As `ask-servers.test.ts`, with the tests that it leaves to the long run. */
import "./ask-servers.test.ts";
