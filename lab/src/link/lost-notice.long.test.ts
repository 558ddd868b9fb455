/** As `lost-notice.test.ts`, on both engines. */
import "./lost-notice.test.ts";
