/** As `claim.test.ts`, with the ways that it leaves to the long run. */
import "./claim.test.ts";
