/** As `sale-without-phone.test.ts`, on both engines. */
import "./sale-without-phone.test.ts";
