import { type Figures, moneyIn } from "./format.ts";

/** `KSh 1,500`; in French `KSh 1 500`. @param cents minor units */
export function priceText(words: Figures, cents: number, currency: string): string {
  const { symbol, amount } = moneyIn(words, cents, currency);
  return `${symbol} ${amount}`;
}
