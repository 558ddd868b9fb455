/**
 * Slows guessing of codes and passwords. Each device (MAC) and each address may fail a few times and gets one more try
 * per minute. When it goes on it is locked, longer each time. An attacker may change MAC and address for every guess: what he gets then is bounded
 * for the whole site by `turns.ts`, and many failures over the site raise an alarm. A device that holds a grant of this site notices nothing of
 * what others do. Pure: the old memory goes in and the new one comes out.
 */

/** The memory of one MAC or one address. */
export interface Suspect {
  /** Wrong tries, as a leaky bucket that loses one per `drainMs`. */
  readonly wrong: number;
  readonly updatedMs: number;
  readonly locks: number;
  readonly lockedUntilMs: number;
}

export interface GuessingLimits {
  readonly wrongMax: number;
  readonly drainMs: number;
  readonly lockMs: number;
  readonly lockMsMax: number;
  /** Wrong tries of all devices within `siteWindowMs` that count as an attack on the site. */
  readonly siteWrongMax: number;
  readonly siteWindowMs: number;
}

export const guessingLimits: GuessingLimits = {
  wrongMax: 8,
  drainMs: 60_000,
  lockMs: 5 * 60_000,
  lockMsMax: 60 * 60_000,
  siteWrongMax: 100,
  siteWindowMs: 10 * 60_000,
};

/**
 * A subscriber's router dials by itself every few seconds with what was typed into it, and a right password must work when somebody
 * has mended it on a roof. So a lock leaves each device this many passwords of one PPP account, and another one so often.
 */
export const redials = { burst: 30, everyMs: 10_000, keysMax: 4096 } as const;

const innocent: Suspect = { wrong: 0, updatedMs: 0, locks: 0, lockedUntilMs: 0 };

/** Milliseconds until this suspect may try again; 0: now. */
export function lockedForMs(suspect: Suspect | undefined, nowMs: number): number {
  return suspect === undefined ? 0 : Math.max(0, suspect.lockedUntilMs - nowMs);
}

/** The memory after one more wrong try. */
export function afterWrongTry(known: Suspect | undefined, nowMs: number, limits: GuessingLimits): Suspect {
  const before = known ?? innocent;
  const drained = known === undefined ? 0 : (nowMs - before.updatedMs) / limits.drainMs;
  const wrong = Math.max(0, before.wrong - drained) + 1;
  if (wrong < limits.wrongMax) return { ...before, wrong, updatedMs: nowMs };
  const lockMs = Math.min(limits.lockMsMax, limits.lockMs * 2 ** before.locks);
  return { wrong: 0, updatedMs: nowMs, locks: before.locks + 1, lockedUntilMs: nowMs + lockMs };
}

/** The suspect is neither locked nor has wrong tries left: its memory may go. */
export function isForgotten(suspect: Suspect, nowMs: number, limits: GuessingLimits): boolean {
  const quietMs = nowMs - Math.max(suspect.updatedMs, suspect.lockedUntilMs);
  return quietMs > limits.drainMs * limits.wrongMax + limits.lockMsMax;
}
