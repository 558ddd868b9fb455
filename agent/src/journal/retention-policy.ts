/** When a segment may go: the hub has it, a snapshot covers it, and a hub restored from last week's back-up won't ask. */
import type { Wall } from "@karibu/protocol/world";
import type { Idle } from "./position.ts";

export interface Kept {
  readonly name: string;
  /** The hub has all of it, or can never ask for it. */
  readonly acked: boolean;
  /** No restart needs it: a snapshot holds what it says. */
  readonly covered: boolean;
}

/**
 * Ages what is of no use any more by `elapsedMs` of running time, and says what has been so for `retainMs`. A router's
 * wall clock jumps, so it counts only where both ends were synced; otherwise time with the power off counts for nothing
 * and segments are kept longer than need be.
 */
export function decideRetention(
  segments: readonly Kept[],
  idle: Readonly<Record<string, Idle>>,
  time: { readonly elapsedMs: number; readonly wall: Wall; readonly retainMs: number },
): { idle: Record<string, Idle>; expired: string[] } {
  const next: Record<string, Idle> = {};
  const expired: string[] = [];
  const trustedMs = time.wall.quality === "synced" ? (time.wall.atMs as number) : null;
  for (const segment of segments) {
    if (!segment.acked) continue;
    const before = idle[segment.name];
    const now: Idle = before
      ? { runMs: before.runMs + time.elapsedMs, sinceMs: before.sinceMs ?? trustedMs }
      : { runMs: 0, sinceMs: trustedMs };
    next[segment.name] = now;
    const byWallMs = trustedMs !== null && now.sinceMs !== null ? trustedMs - now.sinceMs : 0;
    if (segment.covered && Math.max(now.runMs, byWallMs) >= time.retainMs) expired.push(segment.name);
  }
  return { idle: next, expired };
}
