/** As `outage-notices.test.ts`, with the tests that it leaves to the long run. */
import "./outage-notices.test.ts";
