/** The text in GSM-7 characters: accents are dropped, and other characters become a question mark. One other character doubles the price of an SMS. */
export function plainLetters(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[^\x20-\x7e\n]/g, "?");
}
