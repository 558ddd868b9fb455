import { normalisePhone } from "@karibu/protocol/phone-number";
import { problemCodes } from "@karibu/protocol/portal-api";
import { expect, test } from "vitest";
import { english as en, swahili as sw } from "../test-facts.ts";
import { claimWords, claimWordsOf } from "./claim-words.ts";
import { en as firstWords } from "./en.ts";
import { endReasons } from "./end-reasons.ts";
import { onPage } from "./page-words.ts";
import { areWhole, chooseLanguage } from "./strings.ts";
import { withWallet } from "./wallet-words.ts";

const languages = { en, sw };

test("[POR-01] every refusal of the agent has a sentence in English and in Swahili", () => {
  for (const code of problemCodes) {
    expect(en.problems[code].length).toBeGreaterThan(10);
    expect(sw.problems[code].length).toBeGreaterThan(10);
    expect(sw.problems[code]).not.toBe(en.problems[code]);
  }
});

test("[POR-02] every way in which a payment fails has a title and an advice in both", () => {
  for (const reason of Object.keys(en.failures) as (keyof typeof en.failures)[]) {
    for (const words of Object.values(languages)) {
      expect(words.failures[reason].title).not.toBe("");
      expect(words.failures[reason].text).not.toBe("");
    }
  }
});

test("[POR-05] every way in which something ends has a title and an advice in both", () => {
  for (const words of Object.values(languages)) {
    for (const reason of endReasons) {
      const { title, text } = words.ended[reason]("1 hour");
      expect(title).not.toBe("");
      expect(text).toContain("“1 hour”");
    }
  }
});

test("the page for customers who already paid has all its words in both languages", () => {
  for (const [name, word] of Object.entries(claimWords.en)) {
    expect(word).not.toBe("");
    expect(claimWords.sw[name as keyof typeof claimWords.sw]).not.toBe(word);
  }
});

test("[PAY-17] for a channel with a payment page, no text mentions M-Pesa or a PIN", () => {
  const spoken = (said: unknown): string[] => {
    if (typeof said === "function") return [said("KES 50", "0712"), said("KES 50", null)].flatMap(spoken);
    return typeof said === "object" && said !== null ? Object.values(said).flatMap(spoken) : [String(said)];
  };
  for (const language of ["en", "sw"] as const) {
    const words = onPage(language, languages[language]);
    expect(Object.keys(words)).toEqual(Object.keys(en));
    const all = spoken([words, claimWordsOf(language, "page")]);
    expect(all.filter((text) => /m-?pesa|safaricom|\bPIN\b/i.test(text))).toEqual([]);
  }
});

test.each(["UG", "TZ"] as const)(
  "[CUS-15] [POR-02] in %s no text shows a number of Kenya, names Safaricom or its services, and no text is lost",
  (country) => {
    for (const language of ["en", "sw"] as const) {
      const all = JSON.stringify(withWallet(languages[language], "MTN MoMo", country));
      expect(all).not.toMatch(/Safaricom|0712 345|\+254|Kenya|\*234#|\b100\b/);
      const paged = JSON.stringify(withWallet(onPage(language, languages[language]), "M-Pesa", country));
      expect(paged).not.toMatch(/Safaricom|0712 345|\+254|of Kenya|ya Kenya/);
      expect(withWallet(languages[language], "MTN MoMo", country).phoneExample).toMatch(/^0\d{3} \d{3} \d{3}$/);
      expect(normalisePhone(withWallet(languages[language], "MTN MoMo", country).phoneExample, country)).not.toBeNull();
    }
  },
);

test("[PAY-22] [POR-02] where customers pay from another wallet, no text names M-Pesa, and none loses a word", () => {
  const spoken = (said: unknown): string[] => {
    if (typeof said === "function") return [said("KES 50", "0712"), said("KES 50", null)].flatMap(spoken);
    return typeof said === "object" && said !== null ? Object.values(said).flatMap(spoken) : [String(said)];
  };
  for (const language of ["en", "sw"] as const) {
    const words = withWallet(languages[language], "Airtel Money");
    expect(Object.keys(words)).toEqual(Object.keys(languages[language]));
    expect(words.payTitle).toContain("Airtel Money");
    expect(spoken(words).filter((text) => text.includes("M-Pesa"))).toEqual([]);
    expect(spoken(words)).toHaveLength(spoken(languages[language]).length);
  }
  expect(withWallet(en, "M-Pesa")).toBe(en);
});

test("the customer's choice comes before the phone's language, and that before the site's", () => {
  expect(chooseLanguage("en", ["sw-KE"], "sw")).toBe("en");
  expect(chooseLanguage(null, ["en-GB", "sw-KE"], "en")).toBe("sw");
  expect(chooseLanguage("fr", ["fr"], "sw")).toBe("sw");
});

test("[POR-02] the words of a payment page are not taken for all words while the others are on their way", () => {
  expect(areWhole(onPage("en", firstWords))).toBe(false);
  expect(areWhole(onPage("en", en))).toBe(true);
});
