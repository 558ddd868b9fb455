/** As `isolation.test.ts`, with the tests that it leaves to the long run. */
import "./isolation.test.ts";
