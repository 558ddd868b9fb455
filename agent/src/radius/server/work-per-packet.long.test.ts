/** As `work-per-packet.test.ts`, with the tests that it leaves to the long run. */
import "./work-per-packet.test.ts";
