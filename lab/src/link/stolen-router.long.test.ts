/** As `stolen-router.test.ts`, on both engines. */
import "./stolen-router.test.ts";
