/** As `order-worker.test.ts`, with the tests that it leaves to the long run. */
import "./order-worker.test.ts";
