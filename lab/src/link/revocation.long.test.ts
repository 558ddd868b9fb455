/** As `revocation.test.ts`, on both engines. */
import "./revocation.test.ts";
