/** As `cut-languages.test.ts`, with the tests that it leaves to the long run. */
import "./cut-languages.test.ts";
