/** The languages of the portal. */
import type * as every from "./every-language.ts";
import type { PayWay, Words } from "./words.ts";

export type Language = keyof typeof every;
/** What each is called by those who speak it. */
export type LanguageNames = Readonly<Record<Language, string>>;

/** The words of one language for one way to pay. Each language is its own file, so a phone loads only one. */
export interface Spoken extends PayWay {
  readonly language: Language;
  readonly words: Words;
  /** All others are among them. */
  readonly isWhole: boolean;
}
export type LoadWords = (language: Language, way: PayWay, isWhole: boolean) => Promise<Spoken>;

/** `fr-CD` as one of ours; undefined: we have it not. By two letters, so that the Swahili of Congo (`swc`) is ours too. */
export function languageOf<Known extends string>(
  tag: string,
  known: Readonly<Record<Known, unknown>>,
): Known | undefined {
  const start = tag.slice(0, 2).toLowerCase();
  return start in known ? (start as Known) : undefined;
}

/**
 * The language that the customer chose; else a language of the phone, if we have it and it is not English, in which most phones here are sold;
 * else the site's own.
 */
export function chooseLanguage(
  names: LanguageNames,
  { chosen, phone, site }: { chosen: string | null; phone: readonly string[]; site: string },
): Language {
  const ofPhone = phone.map((tag) => languageOf(tag, names)).find((one) => one !== undefined && one !== "en");
  return languageOf(chosen ?? "", names) ?? ofPhone ?? languageOf(site, names) ?? "en";
}
