/** Which words a page has, and what the words about paying depend on. */
import type { Country } from "@karibu/protocol/phone-number";
import type { PortalState } from "@karibu/protocol/portal-api";
import type { Strings } from "./en-first.ts";
import type { ClaimWords, LaterStrings } from "./en-later.ts";

/** Where customers pay: by a prompt on the phone, or on a payment page. */
type PaysBy = NonNullable<PortalState["paysBy"]>;
/** The words of the first view, and all others once they are there. */
export type Words = Strings & Partial<LaterStrings>;
export type WholeWords = Strings & LaterStrings;

/** What the words about paying depend on. */
export interface PayWay {
  readonly paysBy: PaysBy;
  /** The name of what they pay from, as the words have it: `M-Pesa`, `Airtel Money`. */
  readonly wallet: string;
  /** Whose phone numbers the examples show. */
  readonly country: Country;
}
/** What the first words of a page speak of, before its site is known. */
export const usualWay: PayWay = { paysBy: "phone", wallet: "M-Pesa", country: "KE" };

export const isUsual = ({ paysBy, wallet, country }: PayWay): boolean =>
  paysBy === usualWay.paysBy && wallet === usualWay.wallet && country === usualWay.country;

/** Are all words there? */
export function areWhole(words: Words): words is WholeWords {
  return words.tryAgain !== undefined; // a word of no way to pay: those come without the others, too
}

/** Of “I already paid”: on a payment page there is no message with a code, so that the number and the amount identify the payment. */
export const claimWordsOf = ({ claimPage, claimOnPage }: WholeWords, paysBy: PaysBy): ClaimWords =>
  paysBy === "page" ? { ...claimPage, ...claimOnPage } : claimPage;
