/** As `packages.test.ts`, with the tests that it leaves to the long run. */
import "./packages.test.ts";
