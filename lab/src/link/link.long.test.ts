/** As `link.test.ts`, on both engines. */
import "./link.test.ts";
