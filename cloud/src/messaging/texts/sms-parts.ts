/**
 * How many text messages a text is, and so what it costs. GSM 7-bit holds 160 letters in one part and 153 in each of several; one letter
 * outside its alphabet turns the whole text into UCS-2, with 70 and 67.
 * @see 3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1
 */

const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Each takes two places: an escape goes before it. */
const extended = new Set("^{}\\[~]|€\f");

export interface SmsLength {
  readonly alphabet: "GSM-7" | "UCS-2";
  /** Places that the text takes: letters of the alphabet, those of the extension twice. */
  readonly letters: number;
  readonly parts: number;
}

export function smsLength(text: string): SmsLength {
  const signs = [...text];
  const isGsm = signs.every((sign) => basic.has(sign) || extended.has(sign));
  const [alone, each] = isGsm ? [160, 153] : [70, 67];
  // A sign of two places is never cut: where one place is left, it begins the next part.
  const widths = signs.map((sign) => (isGsm ? (extended.has(sign) ? 2 : 1) : sign.length));
  const letters = widths.reduce((sum, width) => sum + width, 0);
  if (letters <= alone) return { alphabet: isGsm ? "GSM-7" : "UCS-2", letters, parts: 1 };
  let [parts, filled] = [1, 0];
  for (const width of widths) {
    if (filled + width > each) [parts, filled] = [parts + 1, 0];
    filled += width;
  }
  return { alphabet: isGsm ? "GSM-7" : "UCS-2", letters, parts };
}
