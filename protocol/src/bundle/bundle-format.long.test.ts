/** As `bundle-format.test.ts`, with the tests that it leaves to the long run. */
import "./bundle-format.test.ts";
