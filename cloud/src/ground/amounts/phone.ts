import { sha256Hex } from "@karibu/protocol/hash";
/** Kenyan mobile numbers: how people type them, and how we store them. There are no lists of prefixes, because they go stale. */

/** SHA-256 of the 12 digits, hex: how the feed and the ledger name a customer. */
export function phoneHash(phone: string): string {
  return sha256Hex(phone);
}

/** The numbers of the four countries with their prefix, also where a name or a word stands right beside them. */
const fullNumber = /(?<!\d)(?:\+?(25[0456])|0)([167]\d{8})(?!\d)/g;

/** A text that people or a channel wrote, with phone numbers as lists show them: `JOHN0712345678` is `JOHN2547***678`. */
export function maskPhonesIn(text: string): string {
  return text.replace(fullNumber, (_, country: string | undefined, rest: string) =>
    maskPhone(`${country ?? "254"}${rest}`),
  );
}

/** `2547***126`: what lists and logs show. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 4)}***${phone.slice(-3)}`;
}
