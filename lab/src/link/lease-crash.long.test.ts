/** As `lease-crash.test.ts`, with every case. */
import "./lease-crash.test.ts";
