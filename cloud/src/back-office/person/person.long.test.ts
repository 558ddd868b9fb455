/** As `person.test.ts`, with the tests that it leaves to the long run. */
import "./person.test.ts";
