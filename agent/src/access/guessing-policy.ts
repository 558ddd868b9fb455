/**
 * Guessing codes and passwords, slowed. Each device (MAC) and each address may be wrong a few times, gets one more try back
 * per minute, and is locked when it goes on, longer each time. Many wrong ones over the whole site raise an alarm and
 * leave each device and address a single wrong try: somebody changes his MAC for every guess. Nobody is ever
 * locked out for what another did: a first try of a device that was never wrong is always heard.
 * Pure: the memory goes in and the new one comes out.
 */

/** What is remembered of one MAC or one address. */
export interface Suspect {
  /** Wrong tries, as a bucket that drains one per `drainMs`. */
  readonly wrong: number;
  readonly updatedMs: number;
  readonly locks: number;
  readonly lockedUntilMs: number;
}

export interface GuessingLimits {
  readonly wrongMax: number;
  /** Under attack. */
  readonly wrongMaxUnderAttack: number;
  readonly drainMs: number;
  readonly lockMs: number;
  readonly lockMsMax: number;
  /** Wrong tries of all devices within `siteWindowMs` that count as an attack on the site. */
  readonly siteWrongMax: number;
  readonly siteWindowMs: number;
}

export const guessingLimits: GuessingLimits = {
  wrongMax: 8,
  wrongMaxUnderAttack: 2,
  drainMs: 60_000,
  lockMs: 5 * 60_000,
  lockMsMax: 60 * 60_000,
  siteWrongMax: 100,
  siteWindowMs: 10 * 60_000,
};

const innocent: Suspect = { wrong: 0, updatedMs: 0, locks: 0, lockedUntilMs: 0 };

/** Milliseconds until this suspect is heard again; 0: now. */
export function lockedForMs(suspect: Suspect | undefined, nowMs: number): number {
  return suspect === undefined ? 0 : Math.max(0, suspect.lockedUntilMs - nowMs);
}

/** One more wrong try. */
export function afterWrongTry(
  known: Suspect | undefined,
  nowMs: number,
  underAttack: boolean,
  limits: GuessingLimits,
): Suspect {
  const before = known ?? innocent;
  const drained = known === undefined ? 0 : (nowMs - before.updatedMs) / limits.drainMs;
  const wrong = Math.max(0, before.wrong - drained) + 1;
  if (wrong < (underAttack ? limits.wrongMaxUnderAttack : limits.wrongMax)) {
    return { ...before, wrong, updatedMs: nowMs };
  }
  const lockMs = Math.min(limits.lockMsMax, limits.lockMs * 2 ** before.locks);
  return { wrong: 0, updatedMs: nowMs, locks: before.locks + 1, lockedUntilMs: nowMs + lockMs };
}

/** May be forgotten: neither locked nor with anything to drain. */
export function isForgotten(suspect: Suspect, nowMs: number, limits: GuessingLimits): boolean {
  const quietMs = nowMs - Math.max(suspect.updatedMs, suspect.lockedUntilMs);
  return quietMs > limits.drainMs * limits.wrongMax + limits.lockMsMax;
}
