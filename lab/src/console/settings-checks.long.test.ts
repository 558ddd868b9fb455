/** As `settings-checks.test.ts`, with the ways that it leaves to the long run. */
import "./settings-checks.test.ts";
