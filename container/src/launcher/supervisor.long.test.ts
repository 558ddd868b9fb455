/** As `supervisor.test.ts`, with all of its cases. */
import "./supervisor.test.ts";
