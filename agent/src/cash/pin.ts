/** Checks a seller's PIN in constant time. */

import { scrypt, timingSafeEqual } from "node:crypto";
import { isSameSecret } from "@karibu/protocol/hash";

/** The hub sends a salted, slow hash. A site file holds the PIN in clear already. */
export type KnownPin = { readonly hashHex: string; readonly saltHex: string } | { readonly clear: string };

export const pinInClear = (clear: string): KnownPin => ({ clear });

/**
 * Costs 4 MB and some 15 ms on one of the pool's two threads, where the journal is synced too: callers run one hash at
 * a time. Alternatives cost more: a worker thread took 12 MB and 90 ms, JavaScript 3 s under the image's flags.
 * @see SellerBody.pinHash in the feed
 */
const cost = { N: 4096, r: 8, p: 1 } as const;
const hashBytes = 32;

export async function pinFits(known: KnownPin, typed: string, hashOf: typeof hashPin): Promise<boolean> {
  if ("clear" in known) return isSameSecret(known.clear, typed);
  const hash = await hashOf(typed, known.saltHex);
  const expected = Buffer.from(known.hashHex, "hex");
  return expected.length === hash.length && timingSafeEqual(expected, hash);
}

/** The same hash as the hub's. */
export function hashPin(pin: string, saltHex: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const salt = Buffer.from(saltHex, "hex");
    scrypt(pin, salt, hashBytes, cost, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}
