/** As `customers-data.test.ts`, with the ways that it leaves to the long run. */
import "./customers-data.test.ts";
