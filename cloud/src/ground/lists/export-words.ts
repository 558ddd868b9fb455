/** What a file for people says: the head of each column, and words for values that are codes in the API. Each room hands in its own. */

export const fileLanguages = ["en", "sw"] as const;
export type FileLanguage = (typeof fileLanguages)[number];
export type Word = readonly [english: string, swahili: string];
/** Words for the codes of one column. */
export type Wording<Code extends string = string> = Readonly<Record<Code, Word>>;

export interface ExportWords {
  /** A column of a time gets two heads, in UTC and by the clock on the wall: give the word for both. */
  readonly heads: Readonly<Record<string, Word>>;
  /** Columns whose values are codes. */
  readonly values?: Readonly<Record<string, Wording>>;
}

export const inLanguage = ([english, swahili]: Word, language: FileLanguage): string =>
  language === "sw" ? swahili : english;

/** A code that has no word (a newer room knows more of them) is written as words: `no-such` as `no such`. */
export function wordFor(wording: Wording, code: string, language: FileLanguage): string {
  const word = Object.hasOwn(wording, code) ? wording[code] : undefined;
  return word === undefined ? code.replaceAll(/[-_]/g, " ") : inLanguage(word, language);
}

/** Heads that every list has alike. */
export const commonHeads = {
  amountCents: ["Amount", "Kiasi"],
  currency: ["Currency", "Sarafu"],
  note: ["Note", "Dokezo"],
  phone: ["Phone", "Simu"],
  planName: ["Plan", "Kifurushi"],
  receipt: ["Receipt", "Risiti"],
  refundedCents: ["Refunded", "Zilizorudishwa"],
  siteName: ["Site", "Kituo"],
  state: ["State", "Hali"],
} as const satisfies Wording;
