import { sha256Hex } from "@karibu/protocol/hash";
/** Kenyan mobile numbers: how people type them, and how we store them. There are no lists of prefixes, because they go stale. */

/** 12 digits, `2547XXXXXXXX` or `2541XXXXXXXX`; null when it can't be a mobile number. */
export function normalisePhone(typed: string): string | null {
  const digits = typed
    .normalize("NFKC")
    .replace(/[\s\-().+]/g, "")
    .replace(/^00/, "");
  if (/^0[17]\d{8}$/.test(digits)) return `254${digits.slice(1)}`;
  if (/^[17]\d{8}$/.test(digits)) return `254${digits}`;
  if (/^2540[17]\d{8}$/.test(digits)) return `254${digits.slice(4)}`;
  return /^254[17]\d{8}$/.test(digits) ? digits : null;
}

/** SHA-256 of the 12 digits, hex: how the feed and the ledger name a customer. */
export function phoneHash(phone: string): string {
  return sha256Hex(phone);
}

/** `2547***126`: what lists and logs show. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 4)}***${phone.slice(-3)}`;
}
