/** Mobile numbers as lists and logs show them. The books name their owners by `parties.ts`. */

/** The numbers of the countries of `protocol/phone-number.ts` with their prefix, also where a name or a word stands right beside them. */
const fullNumber = /(?<!\d)(?:\+?(25[0456]|260|233)|0)([125679]\d{8})(?!\d)/g;

/**
 * A text that people or a channel wrote, with phone numbers as lists show them: `JOHN0712345678` is `JOHN07***678`. @param ownCode the calling
 * code of numbers that are written without one; null: nobody knows their country
 */
export function maskPhonesIn(text: string, ownCode: string | null = null): string {
  // `07…` is a number of any of these countries: it stays as it was written.
  return text.replace(fullNumber, (_, country: string | null = ownCode, rest: string) =>
    country === null ? `0${rest.slice(0, 1)}***${rest.slice(-3)}` : maskPhone(`${country}${rest}`),
  );
}

/** `2547***126`: what lists and logs show. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 4)}***${phone.slice(-3)}`;
}
