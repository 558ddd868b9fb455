/** As `takeover-switch.test.ts`, with the tests that it leaves to the long run. */
import "./takeover-switch.test.ts";
