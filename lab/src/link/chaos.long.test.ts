/** As `chaos.test.ts`, with every town. */
import "./chaos.test.ts";
