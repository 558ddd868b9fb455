/** As `fiscal-documents.test.ts`, with the tests that it leaves to the long run. */
import "./fiscal-documents.test.ts";
