/** As `finding.test.ts`, with the ways that it leaves to the long run. */
import "./finding.test.ts";
