/** As `back-ups.test.ts`, with the tests that it leaves to the long run. */
import "./back-ups.test.ts";
