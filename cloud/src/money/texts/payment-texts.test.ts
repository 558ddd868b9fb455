import { saleCodesIn } from "@karibu/protocol/codes/sale-code";
import { expect, test } from "vitest";
import { plainLetters } from "../../messaging/plain-letters.ts";
import { type Locale, locales, usualText } from "../../messaging/texts/every-language.ts";
import { fillForSms } from "../../messaging/texts/fill-template.ts";
import type { TemplateName } from "../../messaging/texts/template-list.ts";
import { receiptsIn } from "../claims/claim-policy.ts";
import { amountValues, type Paid, paidValues } from "./payment-texts.ts";

/** As it is sent where the provider has not written its own words. */
const usual = (template: TemplateName, locale: string, provider: string, candidates: ReturnType<typeof paidValues>) =>
  plainLetters(
    fillForSms(
      usualText(template, locale as Locale),
      candidates.map((values) => ({ provider: plainLetters(provider), ...values })),
    ),
  );
const paidMessage = (locale: string, { provider, ...paid }: Paid & { readonly provider: string }) =>
  usual("paid", locale, provider, paidValues(locale as Locale, paid));
interface Asked {
  readonly provider: string;
  readonly plan: string;
  readonly currency: string;
}
const renewalMessage = (locale: string, { provider, missingCents, ...of }: Asked & { readonly missingCents: number }) =>
  usual("renewal-stopped", locale, provider, amountValues(locale as Locale, { ...of, amountCents: missingCents }));
const promptMessage = (locale: string, { provider, askedCents, ...of }: Asked & { readonly askedCents: number }) =>
  usual("renewal-prompt", locale, provider, amountValues(locale as Locale, { ...of, amountCents: askedCents }));

test("[MSG-01] what a customer is told fits the plain alphabet, in each language", () => {
  const paid = {
    provider: "Café Wi‑Fi",
    amountCents: 5000,
    currency: "KES",
    plan: "1 hour",
    receipt: "UKL51ZDR4F",
    code: null,
  };
  for (const locale of locales) {
    const text = paidMessage(locale, paid);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text).toContain("UKL51ZDR4F");
    expect(text.length).toBeLessThanOrEqual(160);
  }
});

test.each([
  ["en", "1GB-DAILY", "Jirani: you paid KSh 1,250 for 1 GB Daily. Receipt UKL51ZDR4F."],
  ["sw", "1GB-DAILY", "Jirani: umelipa KSh 1,250 kwa GB 1 kwa siku. Risiti UKL51ZDR4F."],
  ["sw", "Usiku Mwema", "Jirani: umelipa KSh 1,250 kwa Usiku Mwema. Risiti UKL51ZDR4F."],
  ["fr", "1GB-DAILY", "Jirani: vous avez paye KSh 1 250 pour 1 Go par jour. Ref. UKL51ZDR4F."],
])(
  "[MSG-01] money and plan are written as people write them, in the provider's language: %s, %s",
  (locale, plan, begins) => {
    const paid = { provider: "Jirani", amountCents: 125_000, currency: "KES", receipt: "UKL51ZDR4F", code: null, plan };
    const text = paidMessage(locale, paid);
    expect(text.slice(0, begins.length)).toBe(begins);
    const missing = renewalMessage(locale, { provider: "Jirani", plan, missingCents: 2050, currency: "KES" });
    expect(missing).toContain(locale === "fr" ? "KSh 20,50" : "KSh 20.50");
    const of = { en: " for ", sw: / kwa (.*)/, fr: " pour " }[locale as Locale];
    expect(missing).toContain(begins.slice(0, begins.indexOf(". ")).split(of)[1]);
  },
);

test.each([
  ["en", "You have KSh 20 left."],
  ["sw", "Salio lako: KSh 20."],
  ["fr", "Il vous reste KSh 20."],
])("[PAY-12] the message about a payment says what is left, in one SMS: %s", (locale, said) => {
  const paid = { provider: "Jirani Networks", amountCents: 5000, currency: "KES", plan: "1 hour" };
  for (const [receipt, code] of [
    ["UKL51ZDR4F", null],
    [null, null],
    [null, "BCDF2345"],
  ] as const) {
    const text = paidMessage(locale, { ...paid, receipt, code, creditLeftCents: 2000 });
    expect(text).toContain(said);
    expect(text).toContain(code ?? receipt ?? "KSh 50");
    expect(text.length).toBeLessThanOrEqual(160);
  }
  expect(paidMessage(locale, { ...paid, receipt: null, code: null, creditLeftCents: 0 })).not.toMatch(
    /left\.|Salio|reste/,
  );
});

test("[MSG-01] no message becomes a second SMS because its plan's name is written out", () => {
  const plan = "UNLIMITED-MONTHLY";
  for (let letters = 1; letters <= 40; letters++) {
    const provider = "W".repeat(letters);
    for (const code of [null, "BCDF2345"]) {
      const paid = { provider, amountCents: 250_000, currency: "KES", plan, receipt: "UKL51ZDR4F", code };
      for (const locale of locales) {
        const filed = paidMessage(locale, { ...paid, plan: "x".repeat(plan.length) });
        if (filed.length <= 160)
          expect(paidMessage(locale, paid).length, `${locale} ${letters}`).toBeLessThanOrEqual(160);
      }
    }
  }
});

test('of a message of ours that is pasted into "I already paid", only its receipt or its code counts', () => {
  // Names of ten signs, as a receipt has.
  const names = { provider: "WIFI4NGONG", plan: "WEEKLY1GBX", amountCents: 5000, currency: "KES" };
  for (const locale of locales) {
    const receipt = paidMessage(locale, { ...names, receipt: "UKLABZDRQF", code: null });
    expect([receiptsIn(receipt), saleCodesIn(receipt)]).toEqual([["UKLABZDRQF"], []]);
    const code = paidMessage(locale, { ...names, receipt: "BCDF2345", code: "BCDF2345" });
    expect([receiptsIn(code), saleCodesIn(code)]).toEqual([[], ["BCDF2345"]]);
    expect(code.length).toBeLessThanOrEqual(160);
    const stopped = renewalMessage(locale, { ...names, missingCents: 100 });
    expect([receiptsIn(stopped), saleCodesIn(stopped)]).toEqual([[], []]);
    const asked = promptMessage(locale, { ...names, askedCents: 3000 });
    expect([receiptsIn(asked), saleCodesIn(asked)]).toEqual([[], []]);
    expect(asked).toContain("KSh 30");
    expect(asked.length).toBeLessThanOrEqual(160);
  }
});

test.each([
  [
    "en",
    "Jirani: you paid KSh 50 for 1 hour. Your code is BCDF2345. Valid until 23 Nov 14:05. Receipt UKL51ZDR4F. You have KSh 20 left.",
  ],
  [
    "sw",
    "Jirani: umelipa KSh 50 kwa Saa 1. Msimbo wako ni BCDF2345. Inatumika hadi 23 Nov 14:05. Risiti UKL51ZDR4F. Salio lako: KSh 20.",
  ],
])(
  "[MSG-01] the message after a payment carries code, plan, until when, receipt and what is left: %s",
  (locale, said) => {
    const lasts = { untilMs: Date.parse("2026-11-23T14:05:00+03:00"), utcOffsetMinutes: 180 };
    const paid = { amountCents: 5000, currency: "KES", plan: "1 hour", receipt: "UKL51ZDR4F", code: "BCDF2345" };
    expect(paidMessage(locale, { ...paid, provider: "Jirani", creditLeftCents: 2000, lasts })).toBe(said);
    const fromLogIn = paidMessage(locale, { ...paid, provider: "Jirani", lasts: { seconds: 86_400 } });
    expect(fromLogIn).toContain(
      locale === "en" ? "Valid for 1 day from log-in." : "Inatumika kwa siku 1 tangu kuingia.",
    );
  },
);
