/** As `card-page.test.ts`, with the ways that it leaves to the long run. */
import "./card-page.test.ts";
