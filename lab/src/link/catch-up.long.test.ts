/** As `catch-up.test.ts`, on both engines. */
import "./catch-up.test.ts";
