/** As `guessed-site.test.ts`, with all of its cases. */
import "./guessed-site.test.ts";
