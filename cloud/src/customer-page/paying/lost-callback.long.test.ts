/** As `lost-callback.test.ts`, with the tests that it leaves to the long run. */
import "./lost-callback.test.ts";
