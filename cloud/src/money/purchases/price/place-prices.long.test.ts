/** As `place-prices.test.ts`, with the tests that it leaves to the long run. */
import "./place-prices.test.ts";
