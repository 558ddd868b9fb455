/** As `router-test.test.ts`, with every step that fails. */
import "./router-test.test.ts";
