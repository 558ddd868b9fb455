/** As `every-alarm.test.ts`, with the ways that it leaves to the long run. */
import "./every-alarm.test.ts";
