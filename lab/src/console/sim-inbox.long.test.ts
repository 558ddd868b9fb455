/** As `sim-inbox.test.ts`, with the ways that it leaves to the long run. */
import "./sim-inbox.test.ts";
