/**
 * The code of a sale, drawn by the hub for it. Typed like a voucher's code it opens what was bought, at any device. References of
 * purchases look alike, and open nothing. Eight signs without look-alikes and vowels, so that no word of a language looks like one.
 */

export const saleCodeLength = 8;
/** No O, 0, I, 1 or L to misread, and no vowels, so that no word is spelt. */
export const saleCodeAlphabet = "23456789BCDFGHJKMNPQRSTVWXYZ";

/** The codes in what somebody typed or pasted, at most three: one alone in any grouping, or words of a message. */
export function saleCodesIn(typed: string): string[] {
  const text = typed.normalize("NFKC").toUpperCase();
  const alone = text.replace(/[\s\-._]+/g, "");
  const words = alone.length === saleCodeLength ? [alone] : (text.match(/\b[A-Z0-9]{8}\b/g) ?? []);
  return [...new Set(words.filter(isSaleCode))].slice(0, 3);
}

const isSaleCode = (word: string): boolean => [...word].every((sign) => saleCodeAlphabet.includes(sign));
