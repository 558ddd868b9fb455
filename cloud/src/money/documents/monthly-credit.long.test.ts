/** As `monthly-credit.test.ts`, with the tests that it leaves to the long run. */
import "./monthly-credit.test.ts";
