/** As `takeover.test.ts`, with the ways that it leaves to the long run. */
import "./takeover.test.ts";
