import { saleCodesIn } from "@karibu/protocol/sale-code";
import { expect, test } from "vitest";
import { receiptsIn } from "../claims/claim-policy.ts";
import { paidMessage, renewalMessage } from "./payment-texts.ts";

test("[MSG-01] what a customer is told fits the plain alphabet, in both languages", () => {
  const paid = {
    ...{ provider: "Café Wi‑Fi", amountCents: 5000, currency: "KES", plan: "1 hour", receipt: "UKL51ZDR4F" },
    code: null,
  };
  for (const locale of ["en", "sw"]) {
    const text = paidMessage(locale, paid);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text).toContain("UKL51ZDR4F");
    expect(text.length).toBeLessThanOrEqual(160);
  }
});

test('of a message of ours that is pasted into "I already paid", only its receipt or its code counts', () => {
  // Names of ten signs, as a receipt has.
  const names = { provider: "WIFI4NGONG", plan: "WEEKLY1GBX", amountCents: 5000, currency: "KES" };
  for (const locale of ["en", "sw"]) {
    const receipt = paidMessage(locale, { ...names, receipt: "UKLABZDRQF", code: null });
    expect([receiptsIn(receipt), saleCodesIn(receipt)]).toEqual([["UKLABZDRQF"], []]);
    const code = paidMessage(locale, { ...names, receipt: "BCDF2345", code: "BCDF2345" });
    expect([receiptsIn(code), saleCodesIn(code)]).toEqual([[], ["BCDF2345"]]);
    expect(code.length).toBeLessThanOrEqual(160);
    const stopped = renewalMessage(locale, { ...names, missingCents: 100 });
    expect([receiptsIn(stopped), saleCodesIn(stopped)]).toEqual([[], []]);
  }
});
