/** As `welcome.test.ts`, with the status page, and both by day and by night. */
import "./welcome.test.ts";
