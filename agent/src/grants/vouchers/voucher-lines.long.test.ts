/** As `voucher-lines.test.ts`, with the tests that it leaves to the long run. */
import "./voucher-lines.test.ts";
