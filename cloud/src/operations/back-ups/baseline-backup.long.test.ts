/** As `baseline-backup.test.ts`, on both engines. */
import "./baseline-backup.test.ts";
