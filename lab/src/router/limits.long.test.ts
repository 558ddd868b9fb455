/** As `limits.test.ts`, with every kind of limit at every kind of router. */
import "./limits.test.ts";
