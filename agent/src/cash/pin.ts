/** A seller's PIN, checked without telling by its time how wrong it was. */
import { createHash, scrypt, timingSafeEqual } from "node:crypto";

/** Salted and slow where it comes from the hub; from a site file it is there in the clear already. */
export type KnownPin = { readonly hashHex: string; readonly saltHex: string } | { readonly clear: string };

export const pinInClear = (clear: string): KnownPin => ({ clear });

/**
 * 4 MB and some 15 ms of a thread of the pool, where the journal is synced too: the pool has two threads, and who asks sees to
 * it that one hash runs at a time. A worker thread kept 12 MB, and took 90 ms and more; JavaScript took 3 s under the
 * image's flags. @see SellerBody.pinHash in the feed
 */
const cost = { N: 4096, r: 8, p: 1 } as const;
const hashBytes = 32;

export async function pinFits(known: KnownPin, typed: string): Promise<boolean> {
  if ("clear" in known) return timingSafeEqual(digest(known.clear), digest(typed));
  const hash = await hashPin(typed, known.saltHex);
  const expected = Buffer.from(known.hashHex, "hex");
  return expected.length === hash.length && timingSafeEqual(expected, hash);
}

/** As the hub makes it. */
export function hashPin(pin: string, saltHex: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const salt = Buffer.from(saltHex, "hex");
    scrypt(pin, salt, hashBytes, cost, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
