/** As `numbers-after-restore.test.ts`, with the tests that it leaves to the long run. */
import "./numbers-after-restore.test.ts";
