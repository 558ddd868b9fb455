import { expect, test } from "vitest";
import { billingLetter } from "./billing-letters.ts";

const to = { to: "owner@soko.test", name: "Soko", publicUrl: "https://hub.test" } as const;
const owed = { payAt: null, dueOn: "2026-12-01" } as const;

test("[TEN-06] an invoice in shillings of Uganda has no decimals, one in shillings of Kenya has", () => {
  const letterOf = (amountCents: number, currency: string) =>
    billingLetter({ ...to, locale: "en" }, { kind: "invoice", amountCents, currency, ...owed });
  expect(letterOf(3_000_000, "UGX").subject).toBe("Soko: invoice of UGX 30000");
  expect(letterOf(100_000, "KES").subject).toBe("Soko: invoice of KES 1000.00");
});

test("[TEN-06] a letter says where to pay by hand, in both languages", () => {
  const money = { amountCents: 100_000, currency: "KES", payAt: { paybill: "600100", account: "INV1" } } as const;
  const texts = (["en", "sw"] as const).map(
    (locale) => billingLetter({ ...to, locale }, { kind: "notice", ordinal: 1, ...money }).text,
  );
  expect(texts[0]).toContain("Pay at M-Pesa paybill 600100, account INV1, or here:\n\nhttps://hub.test/#/karibu-plan");
  expect(texts[1]).toContain("Lipa kwa paybill ya M-Pesa 600100, akaunti INV1, au hapa:");
});

test("[TEN-06] who is open again may owe a later invoice: the letter does not say that nothing is owed", () => {
  const texts = (["en", "sw"] as const).map(
    (locale) => billingLetter({ ...to, locale }, { kind: "reopen", why: "owes-nothing" }).text,
  );
  expect(texts[0]).toContain("everything works as before");
  expect(texts[0]).not.toContain("nothing is owed");
  expect(texts[1]).not.toContain("hakuna deni");
});
