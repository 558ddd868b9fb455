import { normalisePhone } from "@karibu/protocol/phone-number";
import { displayName, nameInWords } from "@karibu/protocol/plan-name";
import { problemCodes } from "@karibu/protocol/portal-api";
import { expect, test } from "vitest";
import { hour } from "../test-facts.ts";
import { allWords, languages } from "./all-words.ts";
import { en as firstWords } from "./en-first.ts";
import { endReasons } from "./end-reasons.ts";
import { planFacts } from "./plan-facts.ts";
import { priceText } from "./price-text.ts";
import { chooseLanguage, type Language, languageOf } from "./strings.ts";
import { inWay } from "./way-words.ts";
import { areWhole, claimWordsOf, type PayWay, usualWay } from "./words.ts";

const every = Object.keys(languages) as Language[];
const others = every.filter((language) => language !== "en");
const names = Object.fromEntries(every.map((one) => [one, languages[one].name])) as Record<Language, string>;
const onPage = (language: Language) => allWords(language, { ...usualWay, paysBy: "page" });
const inCountry = (language: Language, way: Partial<PayWay>) => allWords(language, { ...usualWay, ...way });
const en = allWords("en", usualWay);

/** All that a value says, with what its functions make of a price and a number. */
const spoken = (said: unknown): string[] => {
  if (typeof said === "function") return [said("KES 50", "0712"), said("KES 50", null)].flatMap(spoken);
  return typeof said === "object" && said !== null ? Object.values(said).flatMap(spoken) : [String(said)];
};
/** The names of all that a value says. */
const shape = (said: unknown, at = ""): string[] =>
  typeof said === "object" && said !== null
    ? Object.entries(said).flatMap(([name, one]) => shape(one, `${at}/${name}`))
    : [at];

test.each(every)("[POR-01] in %s every refusal of the agent has a sentence of its own", (language) => {
  const { problems } = allWords(language, usualWay);
  for (const code of problemCodes) {
    expect(problems[code].length).toBeGreaterThan(10);
    if (language !== "en") expect(problems[code]).not.toBe(en.problems[code]);
  }
});

test.each(every)("[POR-02] in %s every way in which a payment fails has a title and an advice", (language) => {
  for (const { title, text } of Object.values(allWords(language, usualWay).failures)) {
    expect(title).not.toBe("");
    expect(text).not.toBe("");
  }
});

test.each(every)(
  "[POR-05] in %s every way in which something ends has a title and an advice that names it",
  (language) => {
    for (const reason of endReasons) {
      const { title, text } = allWords(language, usualWay).ended[reason]("1 hour");
      expect(title).not.toBe("");
      expect(text).toMatch(/[“«]\u00a0?1 hour\u00a0?[”»]/);
    }
  },
);

test.each(others)("[POR-01] %s says all that English says, nothing in English but what is a name", (language) => {
  const { first, later, page, pages, name } = languages[language];
  const english = languages.en;
  expect(name).not.toBe(english.name);
  const of = (all: object) => shape(all).filter((at) => !at.startsWith("/first/planWords"));
  expect(of({ first, later, page, pages })).toEqual(
    of({ first: english.first, later: english.later, page: english.page, pages: english.pages }),
  );
  const sentences = (words: object) => spoken(words).filter((text) => text.includes(" "));
  const same = new Set(sentences([english.later, english.page, english.pages]));
  expect(sentences([later, page, pages]).filter((text) => same.has(text) && !/NaN|\d{3}/.test(text))).toEqual([]);
});

test("[POR-01] French: packages, quantities and waiting times as people there write them", () => {
  const words = allWords("fr", usualWay);
  const plan = { ...hour, terms: { ...hour.terms, downKbps: 1500 as never, dataBytes: 1_500_000_000 as never } };
  expect(planFacts(plan, words)).toEqual(["1,5 Go", "1 heure", "jusqu'à 1,5 Mbps"]);
  const named = (name: string) => nameInWords(name, words.planWords);
  expect(["1GB-DAILY", "UNLIMITED-MONTHLY", "1 hour", "3 days", "NIGHT-PASS"].map(named)).toEqual([
    "1 Go par jour",
    "Illimité par mois",
    "1 heure",
    "3 jours",
    "Night Pass",
  ]);
  expect(displayName("1GB-DAILY", "sw-KE")).toBe("GB 1 kwa siku");
  expect([100_000, 123_456_750].map((cents) => priceText(words, cents, "KES"))).toEqual([
    "KSh 1\u202f000",
    "KSh 1\u202f234\u202f567,50",
  ]);
  expect([1, 2, 120].map(words.waitSeconds)).toEqual(["1 seconde", "2 secondes", "2 minutes"]);
});

test.each(every)("[PAY-17] for a channel with a payment page, no text of %s mentions M-Pesa or a PIN", (language) => {
  const words = onPage(language);
  expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
  const { claimOnPage: _, ...shown } = words;
  const all = spoken([shown, claimWordsOf(words, "page")]);
  expect(all.filter((text) => /m-?pesa|safaricom|\bPIN\b/i.test(text))).toEqual([]);
});

test.each(every.flatMap((language) => (["UG", "TZ", "RW"] as const).map((country) => [language, country] as const)))(
  "[CUS-15] [POR-02] %s in %s: no text shows a number of Kenya, names Safaricom or its services, and no text is lost",
  (language, country) => {
    const words = inCountry(language, { wallet: "MTN MoMo", country });
    expect(spoken(words).join("\n")).not.toMatch(/Safaricom|0712 345|\+254|Kenya|\*234#|\b100\b/);
    const paged = inCountry(language, { paysBy: "page", country });
    expect(spoken(paged).join("\n")).not.toMatch(/Safaricom|0712 345|\+254|of Kenya|ya Kenya/);
    expect(words.phoneExample).toMatch(/^0\d{3} \d{3} \d{3}$/);
    expect(normalisePhone(words.phoneExample, country)).not.toBeNull();
  },
);

test.each(every)(
  "[PAY-22] [POR-02] in %s, where customers pay from another wallet, no text names M-Pesa, and none loses a word",
  (language) => {
    const usual = allWords(language, usualWay);
    const words = inCountry(language, { wallet: "Airtel Money" });
    expect(Object.keys(words)).toEqual(Object.keys(usual));
    expect(words.payTitle).toContain("Airtel Money");
    expect(spoken(words).filter((text) => text.includes("M-Pesa"))).toEqual([]);
    expect(spoken(words)).toHaveLength(spoken(usual).length);
    expect(inWay(usual, languages[language], usualWay)).toBe(usual);
  },
);

test.each([
  ["en", ["sw-KE"], "sw", "en"],
  [null, ["en-GB", "sw-KE"], "en", "sw"],
  [null, ["fr-CD", "en"], "sw", "fr"],
  [null, ["en-US"], "fr", "fr"],
  [null, ["de-DE", "FR"], "en", "fr"],
  ["xx", ["de"], "sw", "sw"],
  [null, [], "rw", "en"],
  ["__proto__", ["constructor"], "toString", "en"],
] as const)("[POR-01] chosen %o, a phone in %o, a site in %s: it speaks %s", (chosen, phone, site, language) => {
  expect(chooseLanguage(names, { chosen, phone, site })).toBe(language);
  expect(languageOf("", names)).toBeUndefined();
});

test("[POR-02] the words of a payment page are not taken for all words while the others are on their way", () => {
  const way = { ...usualWay, paysBy: "page" } as const;
  expect(areWhole(inWay(firstWords, languages.en, way))).toBe(false);
  expect(areWhole(inWay(en, languages.en, way))).toBe(true);
});
