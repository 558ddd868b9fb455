import { expect, test, vi } from "vitest";
import { enAlarmRules } from "./en/alarm-rules.ts";
import { enAlarms } from "./en/alarms.ts";
import { enBooks } from "./en/books.ts";
import { enChannelHealth } from "./en/channel-health.ts";
import { enComponents } from "./en/components.ts";
import { enDocuments } from "./en/documents.ts";
import { enFrame } from "./en/frame.ts";
import { enHealth } from "./en/health.ts";
import { enHome } from "./en/home.ts";
import { enInitiator } from "./en/initiator.ts";
import { enLines } from "./en/lines.ts";
import { enMoney } from "./en/money.ts";
import { enNetwork } from "./en/network/network.ts";
import { enRouter } from "./en/network/router.ts";
import { enRouterHealth } from "./en/network/router-health.ts";
import { enRouterServices } from "./en/network/router-services.ts";
import { enSetUp } from "./en/network/set-up.ts";
import { enSite } from "./en/network/site.ts";
import { enUsage } from "./en/network/usage.ts";
import { enPeople } from "./en/people.ts";
import { enProblems } from "./en/problems.ts";
import { enQuotas } from "./en/quotas.ts";
import { enSales } from "./en/sales.ts";
import { en } from "./en.ts";
import { fillIn, locale, setLocale } from "./strings.ts";
import { sw } from "./sw.ts";

const blanks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("English and Swahili have the same sentences, and none is empty", () => {
  expect(Object.keys(sw).sort()).toEqual(Object.keys(en).sort());
  for (const text of [...Object.values(en), ...Object.values(sw)]) expect(text.trim()).not.toBe("");
});

test("a sentence has the same blanks in both languages", () => {
  for (const [key, text] of Object.entries(en)) {
    expect({ key, blanks: blanks(sw[key as keyof typeof sw]) }).toEqual({ key, blanks: blanks(text) });
  }
});

test("no key stands in two files", () => {
  const files = [
    enAlarmRules,
    enAlarms,
    enBooks,
    enChannelHealth,
    enComponents,
    enDocuments,
    enFrame,
    enHealth,
    enHome,
    enInitiator,
    enLines,
    enMoney,
    enNetwork,
    enPeople,
    enProblems,
    enQuotas,
    enRouter,
    enRouterHealth,
    enSales,
    enRouterServices,
    enSetUp,
    enSite,
    enUsage,
  ].map((file) => Object.keys(file));
  const all = files.flat();
  expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
});

test.each([
  ["en", 1, "1 row"],
  ["en", 0, "0 rows"],
  ["en", "10,000+", "10,000+ rows"],
  ["en", "1", "1 row"],
  ["sw", 1, "Mstari 1"],
  ["sw", 2, "Mistari 2"],
] as const)("[UIX-10] a count has the form of its language: %s, %s", (language, count, written) => {
  expect(fillIn((language === "en" ? en : sw).rowsCount, language, { count })).toBe(written);
});

test("what changes with a count changes with a blank of the same sentence, in both languages", () => {
  for (const text of [...Object.values(en), ...Object.values(sw)]) {
    for (const [, name] of text.matchAll(/\{(\w+):/g))
      expect({ text, blanks: blanks(text) }).toMatchObject({ blanks: expect.arrayContaining([name]) });
  }
});

test("no count stands before a plural that stays one", () => {
  // `{count} rows` reads "1 rows".
  expect(Object.values(en).filter((text) => /\{(?:count|found|days|gaps)\} (?:\w+ )?[a-z]{2,}s\b/.test(text))).toEqual(
    [],
  );
});

test("a name can't turn round the sentence that it stands in", () => {
  expect(fillIn("You see {name}, and why.", "en", { name: "\u202eBaraka\u2066" })).toBe("You see Baraka, and why.");
});

test("[UIX-10] a code is called msimbo: kodi is a tax", () => {
  const jobs = ["issue", "submit"].map((what) => `maintenance_${what}_documents`);
  const problems = ["problem_fiscal_accepted", "problem_tax_pin_missing"];
  const ofTaxes = new Set([...Object.keys(enDocuments), ...problems, ...jobs, "maintenance_summarise_sales"]);
  const others = Object.entries(sw).filter(([key]) => !ofTaxes.has(key));
  expect(others.filter(([, text]) => /\bkodi\b/i.test(text))).toEqual([]);
});

test("of two languages chosen one after the other the last one stays, though its words are here first", async () => {
  const html = { lang: "en" };
  vi.stubGlobal("document", { documentElement: html });
  const first = setLocale("sw");
  await setLocale("en");
  await first;
  expect([locale(), html.lang]).toEqual(["en", "en"]);
  vi.unstubAllGlobals();
});
