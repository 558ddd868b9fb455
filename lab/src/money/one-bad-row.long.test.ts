/** As `one-bad-row.test.ts`, with every way in which money is reported. */
import "./one-bad-row.test.ts";
