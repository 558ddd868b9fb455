/** As `read-backup.test.ts`, with the tests that it leaves to the long run. */
import "./read-backup.test.ts";
