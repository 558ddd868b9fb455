/** As `transition-forgery.test.ts`, with the tests that it leaves to the long run. */
import "./transition-forgery.test.ts";
