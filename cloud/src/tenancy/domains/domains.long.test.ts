/** As `domains.test.ts`, with the tests that it leaves to the long run. */
import "./domains.test.ts";
