/** As `offers.test.ts`, with the ways that it leaves to the long run. */
import "./offers.test.ts";
