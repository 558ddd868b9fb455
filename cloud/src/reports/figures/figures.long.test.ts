/** As `figures.test.ts`, with the tests that it leaves to the long run. */
import "./figures.test.ts";
