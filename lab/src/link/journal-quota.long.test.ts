/** As `journal-quota.test.ts`, with the tests that it leaves to the long run. */
import "./journal-quota.test.ts";
