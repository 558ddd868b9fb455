/** As `slow-reader.test.ts`, with the tests that it leaves to the long run. */
import "./slow-reader.test.ts";
