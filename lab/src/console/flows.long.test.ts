/** As `flows.test.ts`, with the ways that it leaves to the long run. */
import "./flows.test.ts";
