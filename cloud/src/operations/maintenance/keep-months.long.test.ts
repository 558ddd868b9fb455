/** As `keep-months.test.ts`, on both engines. */
import "./keep-months.test.ts";
