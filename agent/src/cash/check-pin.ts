/**
 * Checks a seller's name and PIN, and locks a name after wrong PINs. On a phone on which the seller has logged in before, wrong PINs are counted apart:
 * whoever types wrong ones elsewhere under a seller's name keeps nobody from selling there.
 */

import { shortHash } from "@karibu/protocol/hash";
import type { Guesser, GuessingGuard } from "../access/guessing/guessing.ts";
import { afterWrongTry, lockedForMs, type Suspect } from "../access/guessing/guessing-policy.ts";
import type { LockMemory } from "../access/guessing/lock-memory.ts";
import type { Site } from "../grants/site.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import { hashPin, pinFits } from "./pin.ts";
import { pinLimits } from "./sell-policy.ts";
import { type CashCatalogue, type Seller, sellerName } from "./sellers.ts";
import { createSerialQueues } from "./serial-queues.ts";

export type PinOutcome =
  | { readonly kind: "seller"; readonly seller: Seller }
  | {
      readonly kind: "refused";
      readonly reason: "wrong-pin" | "locked" | "slow-down";
      readonly retryAfterSeconds: number | null;
    };

/** Where a PIN is typed. */
export interface PinAsker extends Guesser {
  /** Names the phone where this seller has logged in on it before; null: they have not. Absent: nobody knows. */
  readonly phoneOf?: (seller: Seller) => string | null;
}

export interface PinCheckParts {
  readonly catalogue: CashCatalogue;
  readonly guard: GuessingGuard;
  readonly raiseAlarm: RaiseAlarm;
  readonly locks: LockMemory;
  /** @see Adapters.hashPin */
  readonly hashPin?: typeof hashPin | undefined;
}

/** Of names that no seller has. */
const strangersMax = 1000;
/** Tries of one seller at once. A hash takes some 15 ms: a person does not type that fast. */
const triesMax = 8;
/** Tries of all sellers that wait for their hash. */
const hashesMax = 32;

/** Never rejects. */
export function createPinCheck(
  { world }: Pick<Site, "world">,
  { catalogue, guard, raiseAlarm, locks, hashPin: hashOf = hashPin }: PinCheckParts,
): (typedName: string, pin: string, from: PinAsker) => Promise<PinOutcome> {
  /**
   * By the hash of the typed name, because some day a seller types the PIN there; with that of the phone where it is one of theirs. A name that
   * does not exist is locked in the same way.
   */
  const suspects = locks.recall("pin", pinLimits);
  /** Names that no seller has: anybody makes them up, so the oldest go. With the others they would push a seller's lock out of the memory. */
  const strangers = new Map<string, Suspect>();
  const tries = createSerialQueues(triesMax);
  /** One hash at a time: it takes one thread of the pool, and the journal's syncs need the other. */
  const hashes = createSerialQueues(hashesMax);

  const knownOf = (key: string): Suspect | undefined => suspects.get(key) ?? strangers.get(key);

  function keep(key: string, suspect: Suspect, isKnown: boolean): void {
    forget(key);
    if (isKnown) return void suspects.set(key, suspect);
    if (strangers.size >= strangersMax) strangers.delete(strangers.keys().next().value as string);
    strangers.set(key, suspect);
  }

  function forget(key: string): void {
    suspects.delete(key);
    strangers.delete(key);
  }

  function lockedSeconds(key: string, from: Guesser): number {
    const nameMs = lockedForMs(knownOf(key), world.clock.monotonicMs());
    return Math.max(Math.ceil(nameMs / 1000), guard.lockedForSeconds(from));
  }

  /** A lock is on disk before its refusal leaves: it survives a power cut. */
  async function noteWrongPin(name: string, key: string, from: Guesser, isKnown: boolean): Promise<PinOutcome> {
    const before = knownOf(key);
    const after = afterWrongTry(before, world.clock.monotonicMs(), pinLimits);
    keep(key, after, isKnown);
    guard.wrongTry(from);
    if (after.locks > (before?.locks ?? 0)) {
      if (isKnown) raiseAlarm("seller-locked", { seller: name, locks: after.locks });
      await locks.remember("pin", key, after, isKnown);
    }
    const locked = lockedSeconds(key, from);
    return locked > 0 ? refused("locked", locked) : refused("wrong-pin");
  }

  /** The right PIN clears earlier wrong tries, on disk too where they led to a lock. */
  function clearWrongTries(key: string): void {
    const before = knownOf(key);
    forget(key);
    if (before !== undefined && before.locks > 0)
      void locks.remember("pin", key, { ...before, locks: 0, lockedUntilMs: 0 }, true);
  }

  async function check(name: string, key: string, pin: string, from: Guesser): Promise<PinOutcome> {
    const locked = lockedSeconds(key, from);
    if (locked > 0) return refused("locked", locked);
    const seller = catalogue.seller(name);
    const fits = seller === null ? false : await hashes.run("hash", () => pinFits(seller.pin, pin, hashOf));
    if (fits === null) return refused("slow-down", 1);
    if (seller === null || !fits) return await noteWrongPin(name, key, from, seller !== null);
    clearWrongTries(key);
    return { kind: "seller", seller };
  }

  return async (typedName, pin, from) => {
    const name = sellerName(typedName);
    const seller = catalogue.seller(name);
    const phone = seller === null ? null : (from.phoneOf?.(seller) ?? null);
    const key = shortHash(phone === null ? name : `${name}\n${phone}`);
    // One try of a name at a time: nothing comes between reading the lock and counting a wrong PIN.
    return (await tries.run(key, () => check(name, key, pin, from))) ?? refused("slow-down", 1);
  };
}

function refused(
  reason: Extract<PinOutcome, { kind: "refused" }>["reason"],
  retryAfterSeconds: number | null = null,
): PinOutcome {
  return { kind: "refused", reason, retryAfterSeconds };
}
