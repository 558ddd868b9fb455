/** As `person.test.ts`, with the ways that it leaves to the long run. */
import "./person.test.ts";
