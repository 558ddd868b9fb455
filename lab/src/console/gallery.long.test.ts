/** As `gallery.test.ts`, with the ways that it leaves to the long run. */
import "./gallery.test.ts";
