/** As `dead-ends.test.ts`, with the ways that it leaves to the long run. */
import "./dead-ends.test.ts";
