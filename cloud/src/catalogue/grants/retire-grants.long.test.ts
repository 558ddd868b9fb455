/** As `retire-grants.test.ts`, on both engines. */
import "./retire-grants.test.ts";
