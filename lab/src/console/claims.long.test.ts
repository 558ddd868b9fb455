/** As `claims.test.ts`, with the ways that it leaves to the long run. */
import "./claims.test.ts";
