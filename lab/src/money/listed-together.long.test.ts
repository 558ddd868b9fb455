/** As `listed-together.test.ts`, with every play. */
import "./listed-together.test.ts";
