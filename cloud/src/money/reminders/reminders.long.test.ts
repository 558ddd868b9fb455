/** As `reminders.test.ts`, with the tests that it leaves to the long run. */
import "./reminders.test.ts";
