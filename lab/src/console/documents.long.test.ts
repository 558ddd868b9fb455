/** As `documents.test.ts`, with the ways that it leaves to the long run. */
import "./documents.test.ts";
