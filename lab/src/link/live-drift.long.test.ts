/** As `live-drift.test.ts`, with the tests that it leaves to the long run. */
import "./live-drift.test.ts";
