/** As `dead-stick.test.ts`, with the tests that it leaves to the long run. */
import "./dead-stick.test.ts";
