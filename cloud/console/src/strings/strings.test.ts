import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { enDocuments } from "./en/documents.ts";
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

test.each(["en", "sw"])(
  "no key of %s stands in two files: the later file would take the words of the earlier one",
  async (language) => {
    const files = globSync(`${language}/**/*.ts`, { cwd: import.meta.dirname });
    const places = new Map<string, string[]>();
    for (const file of files) {
      const module: Record<string, Record<string, string>> = await import(join(import.meta.dirname, file));
      for (const key of Object.values(module).flatMap((words) => Object.keys(words)))
        places.set(key, [...(places.get(key) ?? []), file]);
    }
    expect(places.size).toBeGreaterThan(2000);
    expect([...places].filter(([, inFiles]) => inFiles.length > 1)).toEqual([]);
  },
);

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

test("[UIX-10] an English noun beside a count stands for one, too", () => {
  const plurals =
    "prompts|log-ins|sites|routers|devices|sessions|customers|people|vouchers|codes|sales|payments|refunds|messages|rows|times|minutes|hours|days|weeks|months";
  const always = new RegExp(`\\{(?!value)\\w+\\} (?:${plurals})\\b`);
  expect(Object.entries(en).filter(([, text]) => always.test(text))).toEqual([]);
});

test("[UIX-10] a Swahili noun that has a plural of its own stands in it beside a count for more than one only", () => {
  const plurals =
    "majaribio|mistari|mabadiliko|maagizo|marejesho|misimbo|vipindi|vituo|vifaa|vifurushi|wateja|watu|mambo|miezi";
  const always = new RegExp(`\\b(?:${plurals}) \\{(?!value)\\w+\\}`, "i");
  expect(Object.entries(sw).filter(([, text]) => always.test(text.replaceAll(/\{\w+:[^{}]*\}/g, "")))).toEqual([]);
});

test("a name can't turn round the sentence that it stands in", () => {
  expect(fillIn("You see {name}, and why.", "en", { name: "\u202eBaraka\u2066" })).toBe("You see Baraka, and why.");
});

test("[UIX-10] a code is called msimbo: kodi is a tax", () => {
  const jobs = ["issue", "submit"].map((what) => `maintenance_${what}_documents`);
  const problems = [
    "fiscal_accepted",
    "tax_pin_missing",
    "no_tax_device",
    "tax_authority_away",
    "tax_device_refused",
  ].map((problem) => `problem_${problem}`);
  const ofTaxes = new Set([
    ...Object.keys(enDocuments),
    ...problems,
    ...jobs,
    "maintenance_summarise_sales",
    "setOn_taxes",
    "field_tax",
    "rule_authority_said",
  ]);
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

test("where the words of a language can't be fetched, no page of the one that stays waits for them", async () => {
  vi.resetModules();
  vi.doMock("./sw-rest.ts", () => {
    throw new Error("offline");
  });
  const fresh = await import("./strings.ts");
  await expect(fresh.setLocale("sw")).rejects.toThrow();
  expect(fresh.locale()).toBe("en");
  await expect(fresh.restOfWords()).resolves.toBeUndefined();
  vi.doUnmock("./sw-rest.ts");
});
