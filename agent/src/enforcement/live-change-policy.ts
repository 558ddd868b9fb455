/**
 * A grant was changed while it is in use (another speed, a renewal, a top-up): what the router has to be told about a running
 * session. Speed and time go by CoA; byte and use-time limits can't, so the session is renewed by a silent re-log-in.
 * Pure.
 */
import type { Terms } from "@karibu/protocol/plan";

/** What a session was given when it began, or when it was last changed. */
export interface Given {
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly burst: Terms["burst"];
  /** By the calendar; null: no end. */
  readonly endsAtMs: number | null;
  readonly dataBytes: number | null;
  readonly useSeconds: number | null;
}

export type LiveChange =
  | { readonly kind: "none" }
  | {
      readonly kind: "change";
      readonly rate: Pick<Given, "downKbps" | "upKbps" | "burst"> | null;
      /** A new Session-Timeout, counted from the session's start. */
      readonly sessionSeconds: number | null;
    }
  | { readonly kind: "re-log-in" };

/** RouterOS reads a Session-Timeout of 0 as none; this many seconds are as good (136 years). */
const endlessSeconds = 2 ** 32 - 1;

/** What became less is none of our business here: the sweeper ends a session at its new, nearer end. */
export function liveChange(given: Given, now: Given, startedAtMs: number): LiveChange {
  if (isMore(given.dataBytes, now.dataBytes) || isMore(given.useSeconds, now.useSeconds)) return { kind: "re-log-in" };
  const rate = sameRate(given, now) ? null : { downKbps: now.downKbps, upKbps: now.upKbps, burst: now.burst };
  // A speed limit that goes altogether can't be said by CoA: an absent attribute changes nothing.
  if (rate !== null && rate.downKbps === null && rate.upKbps === null) return { kind: "re-log-in" };
  const endsLater = isMore(given.endsAtMs, now.endsAtMs);
  // A use-time limit is in the same Session-Timeout; only a new log-in knows what is left of it.
  if (endsLater && now.useSeconds !== null) return { kind: "re-log-in" };
  if (rate === null && !endsLater) return { kind: "none" };
  const seconds = now.endsAtMs === null ? endlessSeconds : Math.floor((now.endsAtMs - startedAtMs) / 1000);
  return { kind: "change", rate, sessionSeconds: endsLater ? Math.max(1, seconds) : null };
}

/** Null is no limit, and more than any. */
function isMore(before: number | null, after: number | null): boolean {
  return before !== null && (after === null || after > before);
}

function sameRate(left: Given, right: Given): boolean {
  return (
    left.downKbps === right.downKbps &&
    left.upKbps === right.upKbps &&
    JSON.stringify(left.burst) === JSON.stringify(right.burst)
  );
}
