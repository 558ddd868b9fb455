/** The words of a site whose customers pay from another wallet than M-Pesa. Loaded only there: our sentences name M-Pesa. */

const usual = "M-Pesa";

/** The same words, with the wallet's name where they name M-Pesa: in texts, in functions that make texts, and in lists of either. */
export function withWallet<Words>(words: Words, wallet: string): Words {
  if (wallet === usual) return words;
  return rename(words, wallet) as Words;
}

function rename(value: unknown, wallet: string): unknown {
  if (typeof value === "string") return value.replaceAll(usual, wallet);
  if (typeof value === "function") return (...given: unknown[]) => rename(value(...given), wallet);
  if (Array.isArray(value)) return value.map((each) => rename(each, wallet));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rename(each, wallet)]));
}
