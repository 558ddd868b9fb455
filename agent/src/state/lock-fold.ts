/** Locks against guessing, in the state: by whom they hold. Those that say nothing any more go. */
import type { EventOf } from "@karibu/protocol/journal/record";

export interface KeptLock {
  readonly locks: number;
  readonly untilMs: number;
}

/** A day after its end a lock has no say in how long the next one is. */
const rememberedMs = 24 * 3_600_000;
const locksMax = 500;

/** In place. `nowMs`: the record's stamp. */
export function keepLock(
  kept: Map<string, KeptLock>,
  { who, locks, untilMs, atMs }: EventOf<"guesser-locked"> & { readonly atMs: number },
): void {
  kept.delete(who); // to stand last: the oldest go first
  if (locks > 0) kept.set(who, { locks, untilMs });
  for (const [name, lock] of kept) {
    if (kept.size > locksMax || lock.untilMs + rememberedMs < atMs) kept.delete(name);
  }
}

/** The clock was corrected by `stepMs` to `nowMs`: a lock that still held goes on for as long as it would have. */
export function shiftLocks(kept: Map<string, KeptLock>, { stepMs, nowMs }: { stepMs: number; nowMs: number }): void {
  for (const [who, { locks, untilMs }] of kept) {
    if (untilMs > nowMs - stepMs) kept.set(who, { locks, untilMs: Math.max(0, untilMs + stepMs) });
  }
}
