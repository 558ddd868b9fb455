/** The text in characters of GSM-7 alone: accents are dropped, anything else becomes a question mark. Any other letter doubles the price of an SMS. */
export function plainLetters(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^\x20-\x7e\n]/g, "?");
}
