/**
 * How long a log-in must wait after wrong guesses. Guesses from an unknown place are counted three times: for that account from
 * that address, for that address, and for that account from everywhere, where the delay grows but never blocks completely. A place
 * where the person logged in before has a separate counter, so guesses elsewhere never lock the person out.
 */

/** What is counted. `device`: a device with the cookie of a former log-in. `pair`: an account from an address. */
export type SuspectKind = "device" | "pair" | "address" | "account";

/** Where a log-in comes from, and whether the person logged in from there before. */
export type Familiarity = "device" | "address" | "strange";

export interface Suspect {
  readonly failures: number;
  readonly lastAtMs: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** `free`: failures without a wait. Then `firstMs`, doubled by each further failure, up to `mostMs`. After `forgottenMs` without one the count restarts. */
const rules: Readonly<Record<SuspectKind, { free: number; firstMs: number; mostMs: number; forgottenMs: number }>> = {
  device: { free: 5, firstMs: 30_000, mostMs: 15 * minuteMs, forgottenMs: dayMs },
  pair: { free: 5, firstMs: 30_000, mostMs: 15 * minuteMs, forgottenMs: dayMs },
  address: { free: 30, firstMs: 10_000, mostMs: 10 * minuteMs, forgottenMs: dayMs / 24 },
  account: { free: 10, firstMs: 2000, mostMs: 5 * minuteMs, forgottenMs: dayMs },
};

/** The owner is notified after this many guesses for one account. */
export const alertFailures = 10;
/** And not again within this time. */
export const alertEveryMs = dayMs;

export function suspectsOf(familiarity: Familiarity): readonly SuspectKind[] {
  if (familiarity === "device") return ["device"];
  return familiarity === "address" ? ["pair"] : ["pair", "address", "account"];
}

/** Failures that still count at `nowMs`. */
export function failuresNow(kind: SuspectKind, suspect: Suspect | undefined, nowMs: number): number {
  if (suspect === undefined || nowMs - suspect.lastAtMs >= rules[kind].forgottenMs) return 0;
  return suspect.failures;
}

/**
 * How long until the next guess is checked, ms; 0: at once. A clock that was set back never makes it longer than the longest wait: of a failure that lies
 * further ahead nobody knows how long ago it was, so one guess is let through, which counts from now on.
 */
export function waitMs(kind: SuspectKind, suspect: Suspect | undefined, nowMs: number): number {
  const failures = failuresNow(kind, suspect, nowMs);
  const { free, firstMs, mostMs } = rules[kind];
  if (suspect === undefined || failures < free || suspect.lastAtMs > nowMs + mostMs) return 0;
  const delayMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures - free, 30));
  return Math.max(0, Math.min(delayMs, suspect.lastAtMs + delayMs - nowMs));
}
