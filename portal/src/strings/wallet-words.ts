/**
 * The words of a site whose customers pay from another wallet than M-Pesa, or in another country than Kenya. Loaded only there: our sentences
 * name M-Pesa, Safaricom and numbers of Kenya.
 */
import type { Country } from "@karibu/protocol/phone-number";

const usual = "M-Pesa";

/** The country's name in both languages, its calling code, and a number as people write one. */
const countries: Readonly<Record<Exclude<Country, "KE">, readonly [name: string, code: string, example: string]>> = {
  UG: ["Uganda", "256", "0772 345 678"],
  TZ: ["Tanzania", "255", "0754 345 678"],
  RW: ["Rwanda", "250", "0782 345 678"],
  ZM: ["Zambia", "260", "0972 345 678"],
  GH: ["Ghana", "233", "0242 345 678"],
  ET: ["Ethiopia", "251", "0912 345 678"],
  NG: ["Nigeria", "234", "0803 234 5678"],
  ZA: ["South Africa", "27", "0712 345 678"],
};

/**
 * The same words, with the wallet's name where they name M-Pesa and with numbers of the country: in texts, in functions that make texts, and in
 * lists of either. What only Safaricom's customers can do is left out.
 */
export function withWallet<Words>(words: Words, wallet: string, country: Country = "KE"): Words {
  if (wallet === usual && country === "KE") return words;
  return rename(words, (text) => elsewhere(everywhere(text, usual, wallet), country)) as Words;
}

function elsewhere(text: string, country: Country): string {
  if (country === "KE") return text;
  const [name, code, example] = countries[country];
  const named = text
    .replace(/Safaricom, (.)/, (_, first: string) => first.toUpperCase())
    .replace("a Safaricom number", "a mobile number")
    .replace("nambari ya Safaricom", "nambari ya simu")
    .replace(/ (If it goes on, dial|Ikiendelea, piga) \*234#[^.]*\./, "")
    .replace(/ (Call 100 to open it|Piga 100 ifunguliwe)\./, "");
  return everywhere(everywhere(everywhere(named, "0712 345 678", example), "+254", `+${code}`), "Kenya", name);
}

const everywhere = (text: string, from: string, to: string): string => text.split(from).join(to);

function rename(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value === "function") return (...given: unknown[]) => rename(value(...given), change);
  if (Array.isArray(value)) return value.map((each) => rename(each, change));
  if (typeof value !== "object" || value === null) return value;
  const renamed: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) renamed[name] = rename(each, change);
  return renamed;
}
