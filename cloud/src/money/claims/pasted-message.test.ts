import { expect, test } from "vitest";
import { readMessage } from "./pasted-message.ts";

test.each([
  [
    "UKL51ZDR4F Confirmed. Ksh1,250.50 sent to SHOP for account SHOP7. New M-PESA balance is Ksh99.00.",
    { receipt: "UKL51ZDR4F", amountCents: 125_050, accountText: "SHOP7" },
  ],
  ["ukl51zdr4f confirmed. Ksh20 sent to X", { receipt: "UKL51ZDR4F", amountCents: 2000, accountText: null }],
  ["UKL51ZDR4F Imethibitishwa. Umelipa Ksh20.00", { receipt: "UKL51ZDR4F", amountCents: 2000, accountText: null }],
  ["UKL51ZDR4F", { receipt: "UKL51ZDR4F", amountCents: null, accountText: null }],
  ["UKL51ZDR4F, and I paid Ksh20.00", { receipt: "UKL51ZDR4F", amountCents: null, accountText: null }],
  ["UKL51ZDR4F Confirmed. Ksh1,25.00 sent", { receipt: "UKL51ZDR4F", amountCents: null, accountText: null }],
  ["UKL51ZDR4F Confirmed and UKL52ZDR4F Confirmed. Ksh20.00", { receipt: null, amountCents: 2000, accountText: null }],
  ["I have paid you", { receipt: null, amountCents: null, accountText: null }],
])("[PAY-25] “%s” says no more than its known form", (text, said) => {
  expect(readMessage(text)).toEqual(said);
});
