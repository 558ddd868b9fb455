import { sha256Hex } from "@karibu/protocol/hash";
/** Kenyan mobile numbers: how people type them, and how we store them. There are no lists of prefixes, because they go stale. */

/** SHA-256 of the 12 digits, hex: how the feed and the ledger name a customer. */
export function phoneHash(phone: string): string {
  return sha256Hex(phone);
}

/** `2547***126`: what lists and logs show. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 4)}***${phone.slice(-3)}`;
}
