/** As `documents.test.ts`, with the tests that it leaves to the long run. */
import "./documents.test.ts";
