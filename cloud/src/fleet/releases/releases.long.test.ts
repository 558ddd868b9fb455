/** As `releases.test.ts`, on both engines. */
import "./releases.test.ts";
