/** As `two-tabs.test.ts`, with the ways that it leaves to the long run. */
import "./two-tabs.test.ts";
