/** As `set-up.test.ts`, with the ways that it leaves to the long run. */
import "./set-up.test.ts";
