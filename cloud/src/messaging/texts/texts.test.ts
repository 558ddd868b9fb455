import { describe, expect, test } from "vitest";
import { amountText, customersLocale, locales, smsWords, usualText } from "./every-language.ts";
import { checkTemplate, fillForSms, fillTemplate } from "./fill-template.ts";
import { smsLength } from "./sms-parts.ts";
import { templateNames, templates } from "./template-list.ts";

describe("the length of a text message", () => {
  test.each([
    ["a".repeat(160), "GSM-7", 160, 1],
    ["a".repeat(161), "GSM-7", 161, 2],
    ["a".repeat(306), "GSM-7", 306, 2],
    ["a".repeat(307), "GSM-7", 307, 3],
    ["€".repeat(80), "GSM-7", 160, 1],
    // 153 places hold 76 signs of two: one place stays empty.
    ["€".repeat(153), "GSM-7", 306, 3],
    ["ñ".repeat(160), "GSM-7", 160, 1],
    ["ж".repeat(70), "UCS-2", 70, 1],
    ["ж".repeat(71), "UCS-2", 71, 2],
    ["ж".repeat(135), "UCS-2", 135, 3],
    ["😀".repeat(35), "UCS-2", 70, 1],
    // A pair is not cut: 33 in each part of 67.
    ["😀".repeat(67), "UCS-2", 134, 3],
    ["", "GSM-7", 0, 1],
  ] as const)("TS 23.038: %#", (text, alphabet, letters, parts) => {
    expect(smsLength(text)).toEqual({ alphabet, letters, parts });
  });
});

describe("templates", () => {
  test("a section is left out where one of its values is missing", () => {
    const template = "{provider}: paid.[ Code {code}.][ Receipt {receipt}.]";
    expect(fillTemplate(template, { provider: "P", code: "C", receipt: "R" })).toBe("P: paid. Code C. Receipt R.");
    expect(fillTemplate(template, { provider: "P", code: null, receipt: "R" })).toBe("P: paid. Receipt R.");
    expect(fillTemplate(template, { provider: "[x] {code}", code: "" })).toBe("[x] {code}: paid.");
  });

  test("sections make room, the last first, and a shorter name before one of them goes", () => {
    const template = "{plan}[ {one}][ {two}]";
    const long = { plan: "p".repeat(100), one: "1".repeat(58), two: "2" };
    expect(fillForSms(template, [long])).toBe(`${long.plan} ${long.one}`);
    expect(fillForSms(template, [long, { ...long, plan: "short" }])).toBe(`short ${long.one} 2`);
    // What does not fit by any means is said in full.
    const huge = { ...long, plan: "p".repeat(161) };
    expect(fillForSms(template, [huge])).toBe(`${huge.plan} ${long.one} 2`);
  });

  test.each([
    ["{plan} {planet}", { kind: "unknown-variable", name: "planet" }],
    ["{} x", { kind: "unknown-variable", name: "" }],
    ["{Plan}", { kind: "unknown-variable", name: "Plan" }],
    ["{plan", { kind: "brackets" }],
    ["plan}", { kind: "brackets" }],
    ["[ {plan}", { kind: "brackets" }],
    ["[a [b]]", { kind: "brackets" }],
    ["] [", { kind: "brackets" }],
    ["[ {plan}] ok", null],
  ])("%s is judged when it is saved", (template, trouble) => {
    expect(checkTemplate(template, ["plan"])).toEqual(trouble);
  });

  test("[MSG-01] each default is right in each language, and its example is one plain SMS", () => {
    for (const name of templateNames)
      for (const locale of locales) {
        const { variables } = templates[name];
        const usual = usualText(name, locale);
        expect([name, locale, checkTemplate(usual, Object.keys(variables))]).toEqual([name, locale, null]);
        for (const variable of Object.keys(variables).filter((one) => one !== "name"))
          expect([name, locale, usual.includes(`{${variable}}`)]).toEqual([name, locale, true]);
        const text = fillForSms(usual, [variables]);
        expect([name, locale, smsLength(text)]).toMatchObject([name, locale, { alphabet: "GSM-7", parts: 1 }]);
      }
  });

  test("[MSG-01] amounts, dates and codes of each language are letters of GSM-7, and a code is one SMS", () => {
    for (const locale of locales) {
      const words = smsWords(locale);
      const name = "Ubuntu Network Services and Partners Ltd".slice(0, 40);
      expect(words.months).toHaveLength(12);
      for (const text of [
        ...words.months,
        words.payHelp.code,
        words.payHelp.phone,
        words.until("30 Nov 14:05"),
        ...(["day", "hour", "minute"] as const).flatMap((unit) => [
          words.fromLogIn(1, unit),
          words.fromLogIn(30, unit),
        ]),
        words.logInCode("123456", name.slice(0, 30)),
        words.trialCode("123456", name),
        amountText(123_456_750, "KES", locale),
      ])
        expect([locale, text, smsLength(text)]).toMatchObject([locale, text, { alphabet: "GSM-7", parts: 1 }]);
    }
    expect(locales.map((locale) => amountText(123_456_750, "KES", locale))).toEqual([
      "KSh 1,234,567.50",
      "KSh 1,234,567.50",
      "KSh 1 234 567,50",
    ]);
  });

  test.each([
    [{ locale: "en", portalLanguage: "fr" }, "fr"],
    [{ locale: "sw", portalLanguage: null }, "sw"],
    [{ locale: "sw", portalLanguage: "rw" }, "sw"],
    [{ locale: "en", portalLanguage: "constructor" }, "en"],
  ])("[MSG-01] the customers of %o read %s", (provider, locale) => {
    expect(customersLocale(provider)).toBe(locale);
  });
});
