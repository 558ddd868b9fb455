/**
 * When a segment may be removed: the hub has it, a snapshot covers it, and it is too old for a hub that was restored
 * from last week's back-up.
 */
import type { Wall } from "@karibu/protocol/world";
import type { Idle } from "./position.ts";

export interface JournalFile {
  readonly name: string;
  /** The hub has all of it, or can never ask for it. */
  readonly acked: boolean;
  /** A snapshot holds its records: no restart needs it. */
  readonly covered: boolean;
}

/**
 * Adds `elapsedMs` of running time to the age of unneeded segments and names those that reached `retainMs`. A router's
 * wall clock jumps, so it counts only where both ends were synced. Otherwise the time without power does not count, and
 * segments stay longer.
 */
export function decideRetention(
  segments: readonly JournalFile[],
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
