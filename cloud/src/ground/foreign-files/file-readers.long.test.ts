/** As `file-readers.test.ts`, with the tests that it leaves to the long run. */
import "./file-readers.test.ts";
