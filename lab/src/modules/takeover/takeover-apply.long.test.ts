/** As `takeover-apply.test.ts`, with the tests that it leaves to the long run. */
import "./takeover-apply.test.ts";
