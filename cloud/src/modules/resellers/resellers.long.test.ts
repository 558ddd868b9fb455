/** As `resellers.test.ts`, with the tests that it leaves to the long run. */
import "./resellers.test.ts";
