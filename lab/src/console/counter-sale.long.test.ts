/** As `counter-sale.test.ts`, with the ways that it leaves to the long run. */
import "./counter-sale.test.ts";
