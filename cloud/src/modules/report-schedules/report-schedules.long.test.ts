/** As `report-schedules.test.ts`, with the tests that it leaves to the long run. */
import "./report-schedules.test.ts";
