/** As `begun-voucher.test.ts`, with the tests that it leaves to the long run. */
import "./begun-voucher.test.ts";
