import { expect, test } from "vitest";
import { paidMessage } from "./payment-texts.ts";

test("[MSG-01] what a customer is told fits the plain alphabet, in both languages", () => {
  const paid = { provider: "Café Wi‑Fi", amountCents: 5000, currency: "KES", plan: "1 hour", receipt: "UKL51ZDR4F" };
  for (const locale of ["en", "sw"]) {
    const text = paidMessage(locale, paid);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text).toContain("UKL51ZDR4F");
    expect(text.length).toBeLessThanOrEqual(160);
  }
});
