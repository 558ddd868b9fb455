/** As `feed-store.test.ts`, with the tests that it leaves to the long run. */
import "./feed-store.test.ts";
