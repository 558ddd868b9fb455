import { expect, test } from "vitest";
import { moneyTold, readForwarded } from "./forwarded-message.ts";

const text = "UKL51ZDR4F Confirmed. Ksh1,250.00 received for account SHOP7. New balance is Ksh99.00.";
const told = { receipt: "UKL51ZDR4F", amountCents: 125_000, accountText: "SHOP7" };

test.each([
  ["JSON", JSON.stringify({ from: "MPESA", text, sentStamp: 1 })],
  ["a form", new URLSearchParams({ sender: "M-PESA", msg: text }).toString()],
  ["one level down", JSON.stringify({ event: "sms:received", payload: { phoneNumber: "MPESA", message: text } })],
  ["without a sender", JSON.stringify({ content: text })],
])("[PAY-25] a forwarder that posts %s is read", (_, body) => {
  const message = readForwarded(body);
  expect(message && moneyTold(message)).toEqual(told);
});

test.each([
  ["a friend's", { sender: "+254712000111", text }],
  ["a bank's", { sender: "KCB", text }],
  ["what its owner paid", { sender: "MPESA", text: "UKL51ZDR4F Confirmed. Ksh20.00 sent to SHOP for account A1." }],
  ["what its owner took out", { sender: "MPESA", text: "UKL51ZDR4F Confirmed. Withdraw Ksh20.00; received by agent" }],
  ["in Swahili, paid", { sender: "MPESA", text: "UKL51ZDR4F Imethibitishwa. Umelipa Ksh20.00" }],
  [
    "to the owner's own wallet",
    {
      sender: "MPESA",
      text: "UKL51ZDR4F Confirmed.You have received Ksh20.00 from JUMA ALI 0712000111 on 21/11/26 at 10:00 AM New M-PESA balance is Ksh99.00.",
    },
  ],
  ["about the owner's own balance", { sender: "MPESA", text: `${text} New M-PESA balance is Ksh99.00.` }],
  ["without a receipt", { sender: "MPESA", text: "Confirmed. Ksh20.00 received" }],
  ["without a sum", { sender: "MPESA", text: "UKL51ZDR4F Confirmed. Money received" }],
  ["of two receipts", { sender: "MPESA", text: "UKL51ZDR4F Confirmed. Ksh20.00 received UKL52ZDR4F" }],
])("[PAY-25] no money is read from a message that is %s", (_, message) => {
  expect(moneyTold(message)).toBeNull();
});

test.each(["", "[]", "null", "{", '{"text":1}', "{}"])("[PAY-25] “%s” has no text", (body) => {
  expect(readForwarded(body)).toBeNull();
});
