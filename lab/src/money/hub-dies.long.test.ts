/** As `hub-dies.test.ts`, between all steps. */
import "./hub-dies.test.ts";
