/** As `hub-commands.test.ts`, with the tests that it leaves to the long run. */
import "./hub-commands.test.ts";
