/** As `installed-app.test.ts`, with the ways that it leaves to the long run. */
import "./installed-app.test.ts";
