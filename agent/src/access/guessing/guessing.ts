/**
 * Counts wrong tries (see `guessing-policy.ts`) and raises the alarms. A lock survives a power cut; single wrong tries
 * are in memory only.
 */
import type { Clock } from "@karibu/protocol/world";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { RaiseAlarm } from "../../state/alarms.ts";
import { afterWrongTry, guessingLimits, isForgotten, lockedForMs, redials, sharedTries } from "./guessing-policy.ts";
import { type LockMemory, noLockMemory } from "./lock-memory.ts";
import { createPinGuard, type PinGuard } from "./pin-guard.ts";

export interface GuessingGuard {
  /** Seconds until this device may try again; 0: it is not locked. A null key (the NAS sent none) is never locked. */
  lockedForSeconds(who: Guesser): number;
  /**
   * As `lockedForSeconds`, and takes one of the tries that devices share while the site is under attack. `holds`: the device
   * holds a grant of this site, and needs no share. Asked under attack alone: each log-in comes here.
   */
  takeTry<Who extends Guesser>(who: Who, holds: (who: Who) => boolean): number;
  /**
   * A locked device dials by PPP for an account with this password. True: check it all the same (`redials`). A new password of the
   * account begins from nothing. False while the site is under attack.
   */
  takeRedial(who: Guesser, account: { readonly user: string; readonly password: string }): boolean;
  wrongTry(who: Guesser): void;
  /** Of vouchers that have a PIN. */
  readonly pins: PinGuard;
  readonly underAttack: boolean;
}

export interface Guesser {
  readonly mac: string | null;
  readonly address: string | null;
}

const suspectsMax = 20_000;
const neverMs = Number.NEGATIVE_INFINITY;

export function createGuessingGuard(
  clock: Clock,
  raiseAlarm: RaiseAlarm,
  memory: LockMemory = noLockMemory,
): GuessingGuard {
  const suspects = memory.recall("code", guessingLimits);
  let windowBeganMs = clock.monotonicMs();
  let wrongInWindow = 0;
  let attackUntilMs = neverMs;

  function keysOf({ mac, address }: Guesser): string[] {
    return [mac, address].filter((key) => key !== null);
  }

  function noteSite(nowMs: number): void {
    if (nowMs - windowBeganMs >= guessingLimits.siteWindowMs) {
      windowBeganMs = nowMs;
      wrongInWindow = 0;
    }
    wrongInWindow += 1;
    if (wrongInWindow < guessingLimits.siteWrongMax) return;
    if (nowMs >= attackUntilMs) raiseAlarm("guessing-at-site", { wrongTries: wrongInWindow });
    attackUntilMs = nowMs + guessingLimits.siteWindowMs;
  }

  /** An attacker with ever new MACs and addresses has no limit of his own. */
  const shared = createRateLimit(sharedTries);
  const dialled = createRateLimit(redials);

  function lockedForSeconds(who: Guesser): number {
    if (suspects.size === 0) return 0;
    const nowMs = clock.monotonicMs();
    return Math.ceil(Math.max(0, ...keysOf(who).map((key) => lockedForMs(suspects.get(key), nowMs))) / 1000);
  }

  function forgetSome(nowMs: number): void {
    for (const [key, suspect] of suspects) {
      if (isForgotten(suspect, nowMs, guessingLimits)) suspects.delete(key);
    }
    // An attacker with many MACs must not fill the memory: the oldest go.
    for (const key of suspects.keys()) {
      if (suspects.size < suspectsMax) break;
      suspects.delete(key);
    }
  }

  return {
    pins: createPinGuard(clock),
    get underAttack() {
      return clock.monotonicMs() < attackUntilMs;
    },
    lockedForSeconds,
    takeTry(who, holds) {
      const lockedSeconds = lockedForSeconds(who);
      if (lockedSeconds > 0 || attackUntilMs === neverMs) return lockedSeconds;
      const nowMs = clock.monotonicMs();
      return nowMs >= attackUntilMs || holds(who) ? 0 : shared.take("all", nowMs);
    },
    takeRedial({ mac }, { user, password }) {
      const nowMs = clock.monotonicMs();
      return mac !== null && nowMs >= attackUntilMs && dialled.take(`${mac} ${user} ${password}`, nowMs) === 0;
    },
    wrongTry(who) {
      const nowMs = clock.monotonicMs();
      // A try during a lock was not checked, so nothing was guessed: it does not prolong the lock and does not count
      // for the site.
      if (keysOf(who).some((key) => lockedForMs(suspects.get(key), nowMs) > 0)) return;
      noteSite(nowMs);
      if (suspects.size >= suspectsMax) forgetSome(nowMs);
      for (const key of keysOf(who)) {
        const before = suspects.get(key);
        const after = afterWrongTry(before, nowMs, nowMs < attackUntilMs, guessingLimits);
        suspects.set(key, after);
        if (after.locks <= (before?.locks ?? 0)) continue;
        raiseAlarm("guessing", { who: key, locks: after.locks });
        void memory.remember("code", key, after);
      }
    },
  };
}
