/**
 * The words of a site whose customers pay otherwise than by M-Pesa of Kenya: on a payment page (no prompt comes to the phone, and there is no PIN),
 * from another wallet, or in another country. They replace words of the language, and are loaded only at such sites.
 */
import type { Country } from "@karibu/protocol/phone-number";
import type { Advice, FailureReason } from "./en-later.ts";
import { type PayWay, usualWay, type WholeWords, type Words } from "./words.ts";

export type PageWords = Pick<
  WholeWords,
  | "invitation"
  | "hubAwayText"
  | "payTitle"
  | "phoneLabel"
  | "phoneHint"
  | "phoneWrong"
  | "paySending"
  | "payNote"
  | "waitingTitle"
  | "waitingText"
  | "waitingMid"
  | "unknownText"
  | "unknownLongNote"
  | "waitingHubAway"
  | "stepSent"
  | "stepPin"
  | "receipt"
> & {
  readonly failures: Record<FailureReason, Advice>;
  readonly problems: Record<"hub-slow" | "no-credit" | "prompt-already-open" | "unknown-receipt", string>;
};

/** Once in each text: what is replaced, and by what. */
export type Replacement = readonly [
  from: string | RegExp,
  to: string | ((whole: string, ...parts: string[]) => string),
];

/** What one language says at such sites. */
export interface WayWords {
  readonly page: PageWords;
  readonly elsewhere: readonly Replacement[];
}

/** On a payment page only these failures can be distinguished. */
export const failuresOnPage = (
  unpaid: Advice,
  notOpened: Advice,
  broken: Advice,
  refused: Advice,
): Record<FailureReason, Advice> => ({
  cancelled: unpaid,
  expired: unpaid,
  "merchant-problem": broken,
  "not-sent": notOpened,
  busy: notOpened,
  "system-busy": notOpened,
  "no-funds": refused,
  "wrong-pin": refused,
  "pin-locked": refused,
  unreachable: refused,
  limit: refused,
  other: refused,
});

/** The words of a language for a site with a payment page. */
function onPage<Given extends Words>(own: PageWords, words: Given): Given {
  const { "unknown-receipt": unknown } = own.problems;
  const otherwise = {
    "bad-phone": own.phoneWrong,
    "hub-away": own.hubAwayText,
    "not-offered": words.notOfferedText,
    "no-receipt": unknown,
    "another-payer": unknown,
  };
  const { waitingTitle, waitingMid, phoneWrong } = own;
  const same = { unknownTitle: waitingTitle, unknownLongTitle: waitingTitle, waitingCalm: waitingMid };
  const problems = words.problems && { ...words.problems, ...otherwise, ...own.problems };
  const claimPage = words.claimPage && { ...words.claimPage, ...words.claimOnPage };
  return { ...words, ...own, ...same, phoneMissing: phoneWrong, problems, claimPage };
}

/** The country's calling code, its name in English and Swahili, and a number as people write one. */
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

/** The words of a language for a way to pay. */
export function inWay<Given extends Words>(words: Given, { page, elsewhere }: WayWords, way: PayWay): Given {
  const chosen = way.paysBy === "page" ? onPage(page, words) : words;
  return withWallet(chosen, elsewhere, way.paysBy === "page" ? usualWay.wallet : way.wallet, way.country);
}

/**
 * The same words, with the wallet's name where they name M-Pesa and with numbers of the country: in texts, in functions that make texts, and in
 * lists of either. What only Safaricom's customers can do is left out.
 */
function withWallet<Given>(
  words: Given,
  elsewhere: readonly Replacement[],
  wallet: string,
  country: Country = "KE",
): Given {
  if (wallet === usualWay.wallet && country === "KE") return words;
  return rename(words, (text) => inCountry(everywhere(text, usualWay.wallet, wallet), country, elsewhere)) as Given;
}

function inCountry(text: string, country: Country, elsewhere: readonly Replacement[]): string {
  if (country === "KE") return text;
  const [name, code, example] = countries[country];
  // TypeScript knows no `replace` that takes either kind.
  const named = elsewhere.reduce((said, [from, to]) => said.replace(from, to as string), text);
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
