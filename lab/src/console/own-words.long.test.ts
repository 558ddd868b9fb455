/** As `own-words.test.ts`, with the ways that it leaves to the long run. */
import "./own-words.test.ts";
