/** As `every-state.test.ts`, of each page. */
import "./every-state.test.ts";
