import { expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import { invoiceAccountNumber } from "../matching/invoice-accounts.ts";
import { invoiceEntry, isPaidAtAccount } from "./invoice-entry.ts";

test.each([
  ["all of it, proved", { provedAtAccountCents: 5000, provedCents: 5000 }, true],
  ["more than all of it", { provedAtAccountCents: 6000, provedCents: 9000 }, true],
  ["a part of it", { provedAtAccountCents: 4000, provedCents: 9000 }, false],
  ["the customer has spent of it", { provedAtAccountCents: 5000, provedCents: 4999 }, false],
  ["nothing at its number, whatever else they have", { provedAtAccountCents: 0, provedCents: 9000 }, false],
])("[PAY-11] an invoice is paid by proved money at its own number: %s", (_, paid, expected) => {
  expect(isPaidAtAccount({ totalCents: 5000, ...paid })).toBe(expected);
});

test("[PAY-11] an invoice's number has a check digit, and its entry is one transfer", () => {
  expect([1, 12, 107].map(invoiceAccountNumber)).toEqual(["INV18", "INV125", "INV1073"]);
  const invoice = { invoiceId: "i1", totalCents: 5000, currency: "KES", party: "anna" as Party };
  expect(invoiceEntry(invoice, "credit").postings).toEqual([
    { account: "credit", currency: "KES", amountCents: 5000, party: "anna" },
    { account: "revenue", currency: "KES", amountCents: -5000 },
  ]);
});
