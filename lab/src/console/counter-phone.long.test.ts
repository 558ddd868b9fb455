/** As `counter-phone.test.ts`, with the ways that it leaves to the long run. */
import "./counter-phone.test.ts";
