/** As `schedules.test.ts`, with the tests that it leaves to the long run. */
import "./schedules.test.ts";
