/** Locks against guessing, in the state: by device or seller. Old locks are removed. */

import { type ClockStep, isMovedBy } from "@karibu/protocol/clock-step";
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

/** A lock that is in force keeps its remaining time. */
export function shiftLocks(kept: Map<string, KeptLock>, step: ClockStep): void {
  const { stepMs, nowMs } = step;
  for (const [who, { locks, untilMs }] of kept) {
    if (untilMs > nowMs - stepMs && isMovedBy(step, untilMs))
      kept.set(who, { locks, untilMs: Math.max(0, untilMs + stepMs) });
  }
}
