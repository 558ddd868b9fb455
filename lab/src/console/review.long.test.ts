/** As `review.test.ts`, with the ways that it leaves to the long run. */
import "./review.test.ts";
