/** Mobile numbers as lists and logs show them. The books name their owners by `parties.ts`. */

/**
 * The numbers of the countries of `protocol/phone-number.ts` with their prefix, in each way in which `normalisePhone` takes them and people group them,
 * also where a name or a word stands right beside them.
 */
const fullNumber =
  /(?<!\d)(?:(?:(?:\+|00)?(25[01456]|260|233|27)[ -]?0?|0)([125-9]\d\d[ -]?\d{3}[ -]?\d{3})|(?:(?:\+|00)?(234)[ -]?0?|0)([789]\d\d[ -]?\d{3}[ -]?\d{4}))(?!\d)/g;

/**
 * A text that people or a channel wrote, with phone numbers as lists show them: `JOHN0712345678` is `JOHN07***678`. @param ownCode the calling
 * code of numbers that are written without one; null: nobody knows their country
 */
export function maskPhonesIn(text: string, ownCode: string | null = null): string {
  // `07…` is a number of any of these countries: it stays as it was written.
  return text.replace(fullNumber, (_, code9?: string, rest9?: string, code10?: string, rest10?: string) => {
    const code = code9 ?? code10 ?? ownCode;
    const rest = rest9 ?? rest10 ?? "";
    return code === null ? `0${rest.slice(0, 1)}***${rest.slice(-3)}` : maskPhone(`${code}${rest}`);
  });
}

/** `2547***126`: what lists and logs show. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 4)}***${phone.slice(-3)}`;
}
