/** As `unfinished-restore.test.ts`, on both engines. */
import "./unfinished-restore.test.ts";
