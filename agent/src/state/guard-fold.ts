/** What customers did against the theft of their codes, and how often codes went from one device to another. Part of the fold. */

import { type ClockStep, isMovedBy } from "@karibu/protocol/clock-step";
import type { CodeGuard } from "@karibu/protocol/codes/code-guard";
import type { EventOf } from "@karibu/protocol/journal/record";
import type { SiteState } from "./site-state.ts";

/** A day, and a correction of the clock by as much. */
const keptMs = 2 * 86_400_000;
/** No rule allows more in a day. */
const movesMax = 100;

type Guarded = Pick<SiteState, "guards" | "moves">;

export function keepGuard({ guards }: Guarded, { grantId, guardId, paused, pin }: EventOf<"grant-guarded">): void {
  const guard: CodeGuard = { guardId, paused, pin };
  guards.set(grantId, guard);
}

/** It went from one device to another then. */
export function noteMove({ moves }: Guarded, grantId: string, atMs: number): void {
  const before = moves.get(grantId) ?? [];
  moves.set(grantId, [...before.filter((one) => one > atMs - keptMs), atMs].slice(-movesMax));
}

/** As the hub told a site that had lost its memory. */
export function tellMoves({ moves }: Guarded, grantId: string, told: readonly number[]): void {
  if (told.length === 0) return;
  const all = new Set([...(moves.get(grantId) ?? []), ...told]);
  moves.set(grantId, [...all].sort((one, other) => one - other).slice(-movesMax));
}

/** What was less than a day ago still is. */
export function shiftMoves({ moves }: Guarded, step: ClockStep): void {
  const { stepMs, nowMs } = step;
  const sinceMs = nowMs - stepMs - keptMs;
  for (const [grantId, times] of moves) {
    const recent = times.filter((atMs) => atMs > sinceMs);
    if (recent.length === 0) moves.delete(grantId);
    else
      moves.set(
        grantId,
        recent.map((atMs) => (isMovedBy(step, atMs) ? Math.max(0, atMs + stepMs) : atMs)),
      );
  }
}
