/** As `own-router-test.test.ts`, with every step that fails. */
import "./own-router-test.test.ts";
