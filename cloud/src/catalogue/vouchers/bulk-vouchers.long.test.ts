/** As `bulk-vouchers.test.ts`, with the tests that it leaves to the long run. */
import "./bulk-vouchers.test.ts";
