/** As `rewrap.test.ts`, on both engines. */
import "./rewrap.test.ts";
