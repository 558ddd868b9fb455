/** As `backups.test.ts`, with the ways that it leaves to the long run. */
import "./backups.test.ts";
