/** As `lines.test.ts`, with the ways that it leaves to the long run. */
import "./lines.test.ts";
