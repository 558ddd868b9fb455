/** As `token-commands.test.ts`, with the tests that it leaves to the long run. */
import "./token-commands.test.ts";
