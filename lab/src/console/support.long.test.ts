/** As `support.test.ts`, with the ways that it leaves to the long run. */
import "./support.test.ts";
