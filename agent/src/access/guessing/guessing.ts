/**
 * Counts wrong tries (see `guessing-policy.ts`), gives turns (`turns.ts`) and raises the alarms. A lock survives a power cut; single wrong tries
 * and turns are in memory only.
 */
import type { Clock, Timer } from "@karibu/protocol/world";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { RaiseAlarm } from "../../state/alarms.ts";
import { afterWrongTry, guessingLimits, isForgotten, lockedForMs, redials } from "./guessing-policy.ts";
import { type LockMemory, noLockMemory } from "./lock-memory.ts";
import { createPinGuard, type PinGuard } from "./pin-guard.ts";
import { type AskingHost, createTurns } from "./turns.ts";

export interface GuessingGuard {
  /** Seconds until this device may try again; 0: it is not locked. A null key (the NAS sent none) is never locked. */
  lockedForSeconds(who: Guesser): number;
  /**
   * May this device try a code now? Null: yes. `host`: as whom it waits for a turn; null: the device holds a grant of this site, and waits for
   * nobody. Asking costs nothing; a wrong try does.
   */
  mayTry(who: Guesser, host: AskingHost | null): Delay | null;
  /**
   * A locked device dials by PPP for an account with this password. True: check it all the same (`redials`). A new password of the
   * account begins from nothing. False while the site is under attack.
   */
  takeRedial(who: Guesser, account: { readonly user: string; readonly password: string }): boolean;
  /** `host`: as it asked with `mayTry`; absent or null: what it tried has limits of its own. */
  wrongTry(who: Guesser, host?: AskingHost | null): void;
  /** A try of this host was no wrong one. */
  rightTry(host: AskingHost | null): void;
  /** Of vouchers that have a PIN. */
  readonly pins: PinGuard;
  readonly underAttack: boolean;
  /** Raises no alarm any more. */
  stop(): void;
}

export interface Guesser {
  readonly mac: string | null;
  readonly address: string | null;
}

/** `guessing`: its own wrong codes locked this device. `one-moment`: others try codes too, and it is not its turn. */
export interface Delay {
  readonly reason: "guessing" | "one-moment";
  readonly seconds: number;
}

interface Attack {
  readonly sinceMs: number;
  untilMs: number;
  wrongTries: number;
  /** Tries that had to wait. */
  heldBack: number;
}

const suspectsMax = 20_000;

export function createGuessingGuard(
  clock: Pick<Clock, "monotonicMs" | "after">,
  raiseAlarm: RaiseAlarm,
  memory: LockMemory = noLockMemory,
): GuessingGuard {
  const suspects = memory.recall("code", guessingLimits);
  const turns = createTurns();
  const dialled = createRateLimit(redials);
  let windowBeganMs = clock.monotonicMs();
  let wrongInWindow = 0;
  let attack: Attack | null = null;
  let timer: Timer | null = null;

  function keysOf({ mac, address }: Guesser): string[] {
    return [mac, address].filter((key) => key !== null);
  }

  function noteSite(nowMs: number): void {
    if (nowMs - windowBeganMs >= guessingLimits.siteWindowMs) {
      windowBeganMs = nowMs;
      wrongInWindow = 0;
    }
    wrongInWindow += 1;
    if (attack !== null) attack.wrongTries += 1;
    if (wrongInWindow < guessingLimits.siteWrongMax) return;
    if (attack === null) {
      attack = { sinceMs: windowBeganMs, untilMs: 0, wrongTries: wrongInWindow, heldBack: 0 };
      raiseAlarm("guessing-at-site", { wrongTries: wrongInWindow });
      timer = clock.after(guessingLimits.siteWindowMs, endAttack);
    }
    attack.untilMs = nowMs + guessingLimits.siteWindowMs;
  }

  /** Somebody who goes on puts the end off. */
  function endAttack(): void {
    if (attack === null) return;
    const { sinceMs, untilMs, wrongTries, heldBack } = attack;
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs > 0) {
      timer = clock.after(leftMs, endAttack);
      return;
    }
    attack = null;
    timer = null;
    const minutes = Math.round((untilMs - guessingLimits.siteWindowMs - sinceMs) / 60_000);
    raiseAlarm("guessing-at-site-over", { wrongTries, heldBack, minutes });
  }

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
      return attack !== null;
    },
    lockedForSeconds,
    mayTry(who, host) {
      const lockedSeconds = lockedForSeconds(who);
      if (lockedSeconds > 0) return { reason: "guessing", seconds: lockedSeconds };
      const waitMs = host === null ? 0 : turns.ask(host, clock.monotonicMs());
      if (waitMs === 0) return null;
      if (attack !== null) attack.heldBack += 1;
      return { reason: "one-moment", seconds: Math.ceil(waitMs / 1000) };
    },
    takeRedial({ mac }, { user, password }) {
      return mac !== null && attack === null && dialled.take(`${mac} ${user} ${password}`, clock.monotonicMs()) === 0;
    },
    wrongTry(who, host = null) {
      const nowMs = clock.monotonicMs();
      // A try during a lock was not checked, so nothing was guessed: it does not prolong the lock and does not count
      // for the site.
      if (keysOf(who).some((key) => lockedForMs(suspects.get(key), nowMs) > 0)) return;
      if (host !== null) turns.spend(host, nowMs);
      noteSite(nowMs);
      if (suspects.size >= suspectsMax) forgetSome(nowMs);
      for (const key of keysOf(who)) {
        const before = suspects.get(key);
        const after = afterWrongTry(before, nowMs, guessingLimits);
        suspects.set(key, after);
        if (after.locks <= (before?.locks ?? 0)) continue;
        raiseAlarm("guessing", { who: key, locks: after.locks });
        void memory.remember("code", key, after);
      }
    },
    rightTry(host) {
      if (host !== null) turns.release(host);
    },
    stop: () => timer?.cancel(),
  };
}
