/** As `accountant.test.ts`, with the ways that it leaves to the long run. */
import "./accountant.test.ts";
