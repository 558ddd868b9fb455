/** As `money-asked.test.ts`, with the ways that it leaves to the long run. */
import "./money-asked.test.ts";
