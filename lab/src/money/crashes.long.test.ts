/** As `crashes.test.ts`, with five times as many draws. */
import "./crashes.test.ts";
