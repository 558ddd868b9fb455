/** Locks against guessing, in the state: by device or seller. Old locks are removed. */
import type { EventOf } from "@karibu/protocol/journal/record";

export interface KeptLock {
  readonly locks: number;
  readonly untilMs: number;
}

/** A lock makes the next one longer until a day after its end. */
const rememberedMs = 24 * 3_600_000;
const locksMax = 500;

/** In place. `nowMs`: the record's stamp. */
export function keepLock(
  kept: Map<string, KeptLock>,
  { who, locks, untilMs, atMs }: EventOf<"guesser-locked"> & { readonly atMs: number },
): void {
  kept.delete(who); // moves it to the end: the oldest are removed first
  if (locks > 0) kept.set(who, { locks, untilMs });
  for (const [name, lock] of kept) {
    if (kept.size > locksMax || lock.untilMs + rememberedMs < atMs) kept.delete(name);
  }
}

/** The clock was corrected by `stepMs` to `nowMs`. A lock that is in force keeps its remaining time. */
export function shiftLocks(kept: Map<string, KeptLock>, { stepMs, nowMs }: { stepMs: number; nowMs: number }): void {
  for (const [who, { locks, untilMs }] of kept) {
    if (untilMs > nowMs - stepMs) kept.set(who, { locks, untilMs: Math.max(0, untilMs + stepMs) });
  }
}
