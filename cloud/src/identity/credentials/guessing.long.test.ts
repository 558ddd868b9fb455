/** As `guessing.test.ts`, with the tests that it leaves to the long run. */
import "./guessing.test.ts";
