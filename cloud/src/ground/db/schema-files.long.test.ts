/** As `schema-files.test.ts`, on both engines. */
import "./schema-files.test.ts";
