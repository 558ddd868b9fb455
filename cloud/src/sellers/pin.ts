/** A seller's PIN as sites get it: salted and slow, for what it is worth with so few digits. @see SellerBody.pinHash */
import { scrypt } from "node:crypto";
import type { Random } from "@karibu/protocol/world";
import { z } from "zod";

export interface HashedPin {
  /** Hex, both. */
  readonly hash: string;
  readonly salt: string;
}

export const pinSchema = z.string().regex(/^\d{4,12}$/, "A PIN is 4 to 12 digits.");

const cost = { N: 4096, r: 8, p: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;

export function hashPin(random: Random, pin: string): Promise<HashedPin> {
  const salt = Buffer.from(random.bytes(saltBytes));
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, hashBytes, cost, (error, hash) => {
      if (error === null) resolve({ hash: hash.toString("hex"), salt: salt.toString("hex") });
      else reject(error);
    });
  });
}
