/** A seller's PIN as sites get it: salted and slow, for what it is worth with so few digits. @see SellerBody.pinHash */
import { scrypt } from "node:crypto";
import type { Random } from "@karibu/protocol/world";
import { z } from "zod";
import { ownRule } from "../../ground/http/own-rules.ts";
import { wrongField } from "../../ground/http/problem.ts";

export interface HashedPin {
  /** Hex, both. */
  readonly hash: string;
  readonly salt: string;
}

export const pinSchema = z.string().regex(/^\d{4,12}$/, ownRule("pin-digits", "A PIN is 4 to 12 digits."));

/** Throws a Problem 400 that names the field. */
export function refuseGuessed(pin: string): void {
  if (!isGuessedFirst(pin)) return;
  throw wrongField("pin", "pin-guessable");
}

/** One digit, or two by turns, all along; a run up or down (also past 9); the middle column of the keys. */
export function isGuessedFirst(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10);
  const isRun = steps.every((step) => step === 1) || steps.every((step) => step === 9);
  const isByTurns = [...pin].every((digit, index) => digit === pin[index % 2]);
  return isRun || isByTurns || pin === "2580" || pin === "0852";
}

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
