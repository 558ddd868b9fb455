/** As `users.test.ts`, with the tests that it leaves to the long run. */
import "./users.test.ts";
