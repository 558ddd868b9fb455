/** As `venues.test.ts`, with the tests that it leaves to the long run. */
import "./venues.test.ts";
