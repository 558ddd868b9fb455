/** As `guides.test.ts`, with the ways that it leaves to the long run. */
import "./guides.test.ts";
