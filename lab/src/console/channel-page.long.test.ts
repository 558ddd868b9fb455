/** As `channel-page.test.ts`, with the ways that it leaves to the long run. */
import "./channel-page.test.ts";
