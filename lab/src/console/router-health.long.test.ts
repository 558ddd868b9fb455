/** As `router-health.test.ts`, with the ways that it leaves to the long run. */
import "./router-health.test.ts";
