/** As `fresh-folder.test.ts`, with the tests that it leaves to the long run. */
import "./fresh-folder.test.ts";
