/** As `vouchers.test.ts`, with the tests that it leaves to the long run. */
import "./vouchers.test.ts";
