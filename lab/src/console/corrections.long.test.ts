/** As `corrections.test.ts`, with the ways that it leaves to the long run. */
import "./corrections.test.ts";
