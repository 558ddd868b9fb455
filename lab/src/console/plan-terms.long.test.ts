/** As `plan-terms.test.ts`, with the ways that it leaves to the long run. */
import "./plan-terms.test.ts";
