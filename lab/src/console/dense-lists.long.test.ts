/** As `dense-lists.test.ts`, with the ways that it leaves to the long run. */
import "./dense-lists.test.ts";
