/** As `moved-money.test.ts`, with five times as many draws. */
import "./moved-money.test.ts";
