/**
 * All that agent and portal ask of Node's data about languages, time zones and characters: how it looks in a bundle, and expressions that show that the
 * image's Node answers it as the whole one does.
 */
interface IcuUse {
  readonly inBundle: RegExp;
  readonly tried: readonly string[];
}

const locales = ["en-KE", "en-GB", "sw-KE", "fr-FR"];
const names = `["Zawadi","zawadi","Ábel","Abel","Őr","10 GB","2 GB","Émile"]`;
const characters = String.raw`"ﬁ ℡ ①２ Å é ا ﷺ \u1E9B\u0323"`;

export const icuUses: Readonly<Record<string, IcuUse>> = {
  "dates in words": {
    inBundle: /\.toLocale(Date|Time)?String\(/,
    tried: locales.flatMap((locale) =>
      ["Africa/Nairobi", "Africa/Kigali", "Europe/Paris", "America/New_York", "UTC"].map(
        (timeZone) =>
          `[0, 1.9e12, 1.711e12].map((ms) => new Date(ms).toLocaleDateString("${locale}", { day: "numeric", month: "short", timeZone: "${timeZone}" }))`,
      ),
    ),
  },
  "sorting of names": {
    inBundle: /\.localeCompare\(/,
    tried: [`${names}.sort((a, b) => a.localeCompare(b))`],
  },
  normalisation: {
    inBundle: /\.normalize\(/,
    tried: ["NFC", "NFD", "NFKC", "NFKD"].map((form) => `${characters}.normalize("${form}")`),
  },
  "upper and lower case": {
    inBundle: /\.toLocale(Upper|Lower)Case\(/,
    tried: [`"straße ﬁ İI".toLocaleUpperCase("en")`, `"ÀÉ İI".toLocaleLowerCase("fr")`],
  },
  "text of octets": {
    inBundle: /new TextDecoder\b/,
    tried: ["utf-8", "utf-16le", "latin1", "ascii"].map(
      (label) => `new TextDecoder("${label}").decode(Uint8Array.of(0x61, 0xe9, 0x20, 0xc3, 0xa9, 0x80))`,
    ),
  },
  "host names": {
    inBundle: /new URL\(|domainTo(ASCII|Unicode)/,
    tried: [
      `new URL("http://bücher.example/ä?ö").href`,
      `new URL("http://ＦＯＯ.example").host`,
      `require("node:url").domainToUnicode("xn--bcher-kva.example")`,
    ],
  },
  "local time": {
    inBundle: /\.getTimezoneOffset\(|\.getHours\(/,
    tried: [
      `(process.env.TZ = "Africa/Nairobi", [new Date(1.9e12).toString(), new Date(2026, 0, 1).getTime(), new Date(0).getTimezoneOffset()])`,
      `(process.env.TZ = "America/New_York", [0, 1.711e12, 1.9e12].map((ms) => new Date(ms).getHours()))`,
    ],
  },
  "classes of characters": {
    inBundle: /\\p\{/,
    tried: [`"aÄ1_ ½Ⅳ日😀".replace(/[\\p{L}\\p{N}\\p{Script=Han}\\p{Emoji_Presentation}]/gu, "x")`],
  },
};

/** `Intl` itself is asked for nothing: a row above must say what it would be asked, and the languages that it is asked for must be kept. */
export const neverInBundle = /\bIntl\.[A-Z]\w+/g;
