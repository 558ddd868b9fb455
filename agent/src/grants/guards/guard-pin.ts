/**
 * A customer's own PIN of a code. Made and checked in one go (some 15 ms, 4 MB): a log-in that waits for a hash could not be one step with its
 * first use. So that nobody keeps the router busy with it, `PinGuard` allows five wrong ones in an hour for each code.
 */
import { scryptSync, timingSafeEqual } from "node:crypto";
import type { GuardPin } from "@karibu/protocol/codes/code-guard";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";

/** As a seller's PIN. */
const cost = { N: 4096, r: 8, p: 1 } as const;
const hashBytes = 32;

export function newGuardPin(world: Pick<World, "random">, pin: string): GuardPin {
  const salt = newSecret(world, 16);
  return { salt, hash: hashOf(pin, salt).toString("hex") };
}

export function fitsGuardPin({ salt, hash }: GuardPin, typed: string): boolean {
  const pin = typed.replace(/\s+/g, "");
  if (pin === "" || pin.length > 12) return false;
  const [right, given] = [Buffer.from(hash, "hex"), hashOf(pin, salt)];
  return right.length === given.length && timingSafeEqual(right, given);
}

const hashOf = (pin: string, salt: string): Buffer => scryptSync(pin, Buffer.from(salt, "hex"), hashBytes, cost);
