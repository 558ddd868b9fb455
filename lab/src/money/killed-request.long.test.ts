/** As `killed-request.test.ts`, with the tests that it leaves to the long run. */
import "./killed-request.test.ts";
