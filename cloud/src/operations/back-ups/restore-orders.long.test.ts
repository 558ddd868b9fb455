/** As `restore-orders.test.ts`, on both engines. */
import "./restore-orders.test.ts";
