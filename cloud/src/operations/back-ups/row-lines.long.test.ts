/** As `row-lines.test.ts`, on both engines. */
import "./row-lines.test.ts";
