import type { Country } from "@karibu/protocol/phone-number";
import type { PortalState } from "@karibu/protocol/portal-api";
import type { Strings } from "./en.ts";
import type { LaterStrings } from "./en-later.ts";

export type Language = "en" | "sw";
/** Where customers pay: by a prompt on the phone, or on a payment page. */
export type PaysBy = NonNullable<PortalState["paysBy"]>;
/** The words of the first view, and all others once they are there. */
export type Words = Strings & Partial<LaterStrings>;
export type WholeWords = Strings & LaterStrings;
/** The words of one language for one way to pay. Each language is its own file, so a phone loads only one. */
export interface Spoken {
  readonly language: Language;
  readonly paysBy: PaysBy;
  /** The name of what they pay from, as the words have it: `M-Pesa`, `Airtel Money`. */
  readonly wallet: string;
  /** Whose phone numbers the examples show. */
  readonly country: Country;
  readonly words: Words;
  /** All others are among them. */
  readonly isWhole: boolean;
}
export type LoadWords = (language: Language, way: PayWay, isWhole: boolean) => Promise<Spoken>;
/** What the words about paying depend on. */
export type PayWay = Pick<Spoken, "paysBy" | "wallet" | "country">;
/** What the first words of a page speak of, before its site is known. */
export const usualWay: PayWay = { paysBy: "phone", wallet: "M-Pesa", country: "KE" };

/** Are all words there? */
export function areWhole(words: Words): words is WholeWords {
  return words.tryAgain !== undefined; // a word of no way to pay: those come without the others, too
}

/** The language that the customer chose; else a language of the phone, if we have it; else the site's language. */
export function chooseLanguage(chosen: string | null, phone: readonly string[], site: Language): Language {
  if (chosen === "en" || chosen === "sw") return chosen;
  return phone.some((tag) => /^sw\b/i.test(tag)) ? "sw" : site;
}
