import { expect, test } from "vitest";
import { type Language, languageNames, languageOf, languages, spokenBy } from "./choose-language.ts";
import { bytesText, dayText, deviceText, hoursText, momentText, moneyIn, planName } from "./format.ts";

const { en, fr, sw } = languages;

test("[CUS-11] quantities as people read them, in the provider's time", () => {
  const at = { words: en, offsetMinutes: 180, hereMinutes: 180, nowMs: Date.UTC(2026, 10, 21) };
  expect(momentText(Date.UTC(2026, 10, 21, 22, 5), at)).toBe("22 Nov, 01:05");
  expect(momentText(Date.UTC(2027, 0, 1), at)).toBe("1 Jan 2027, 03:00");
  expect(momentText(Date.UTC(2026, 10, 21, 22, 5), { ...at, hereMinutes: 60 })).toBe("22 Nov, 01:05 (UTC+3)");
  expect(dayText("2026-11-03", en)).toBe("3 Nov");
  expect([0, 999, 1500, 123_456_789, 2.5e12].map((bytes) => bytesText(bytes, en))).toEqual([
    "0 B",
    "999 B",
    "1.5 kB",
    "123 MB",
    "2.5 TB",
  ]);
  expect(hoursText(11_100)).toBe("3:05 h");
  expect(deviceText("Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari/537")).toBe("Chrome, Android");
  expect(deviceText("<script>alert(1)</script>")).toBeNull();
});

test("[CUS-11] French: a narrow space between thousands that breaks no line, a comma before the rest, plans in its words", () => {
  expect([100_000, 123_456_750, 5000].map((cents) => moneyIn(fr, cents, "KES"))).toEqual([
    "KSh 1\u202f000",
    "KSh 1\u202f234\u202f567,50",
    "KSh 50",
  ]);
  expect(moneyIn(en, -33_333, "KES")).toBe("−KSh 333.33");
  expect([moneyIn(en, 100_050, "KES"), moneyIn(sw, 100_050, "UGX")]).toEqual(["KSh 1,000.50", "USh 1,000.50"]);
  expect([1500, 2.5e12, 0].map((bytes) => bytesText(bytes, fr))).toEqual(["1,5 ko", "2,5 To", "0 o"]);
  expect(["1GB-DAILY", "1 month", "3 days", "Nyumbani"].map((name) => planName(name, fr))).toEqual([
    "1 Go par jour",
    "1 mois",
    "3 jours",
    "Nyumbani",
  ]);
  expect(planName("1 hour", sw)).toBe("Saa 1");
});

test.each([
  [["fr-CD", "en"], "fr"],
  [["en-GB", "sw-KE"], "sw"],
  [["en-GB"], null],
  [["de", "constructor", ""], null],
] as const)("[CUS-11] a browser that speaks %o is answered in %s", (tags, language) => {
  expect(spokenBy(tags)).toBe(language);
  expect([languageOf("sw-TZ"), languageOf(null), languageOf("__proto__")]).toEqual(["sw", null, null]);
});

test.each(languageNames.filter((one) => one !== "en"))(
  "[UIX-10] %s says all that English says; no sentence is left empty, or in another language",
  (language: Language) => {
    const leaves = (words: object, path = ""): [string, string][] =>
      Object.entries(words)
        .filter(([name]) => !["planWords", "figure", "paper"].includes(name))
        .flatMap(([name, value]) =>
          typeof value === "object"
            ? leaves(value, `${path}${name}.`)
            : [[`${path}${name}`, typeof value === "function" ? value("1", "2", "3") : value] as [string, string]],
        );
    const [english, other] = [new Map(leaves(en)), new Map(leaves(languages[language]))];
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
    const alike = [...english].filter(([name, text]) => other.get(name) === text).map(([name]) => name);
    // Words that both languages have.
    const shared = language === "fr" ? ["paybill", "states.active", "chargeNames.now-active"] : ["paybill"];
    expect(alike.filter((name) => !shared.includes(name))).toEqual([]);
    expect([...english.values(), ...other.values()].filter((text) => text.trim() === "")).toEqual([]);
  },
);
