import { priceText } from "./price-text.ts";
import type { WholeWords } from "./words.ts";

/** What the customer has left with the provider; null: nothing, or it is not known. */
export function creditLeft(
  { creditLeftCents = 0 }: { readonly creditLeftCents?: number | undefined },
  currency: string | undefined,
  words: WholeWords,
): string | null {
  return creditLeftCents > 0 && currency !== undefined
    ? words.creditLeft(priceText(words, creditLeftCents, currency))
    : null;
}
