/** As `read-book.test.ts`, with the tests that it leaves to the long run. */
import "./read-book.test.ts";
