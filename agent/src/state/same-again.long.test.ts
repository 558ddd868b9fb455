/** As `same-again.test.ts`, with the tests that it leaves to the long run. */
import "./same-again.test.ts";
