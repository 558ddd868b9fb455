/**
 * A grant changed while a session uses it (another speed, a renewal, a top-up): what the router must do about the session. Speed
 * and time change by CoA. Byte and use-time limits can't, so the session logs in again silently. Pure.
 */
import type { Terms } from "@karibu/protocol/plan";

/** The limits that the router knows for a session. */
export interface SessionLimits {
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
      readonly rate: Pick<SessionLimits, "downKbps" | "upKbps" | "burst"> | null;
      /** A new Session-Timeout, counted from the session's start. */
      readonly sessionSeconds: number | null;
    }
  | { readonly kind: "re-log-in" };

/** RouterOS reads a Session-Timeout of 0 as none. This many seconds are 136 years. */
const endlessSeconds = 2 ** 32 - 1;

/** A limit that became less needs no change here: the sweeper ends the session at its nearer end. */
export function liveChange(known: SessionLimits, now: SessionLimits, startedAtMs: number): LiveChange {
  if (isMore(known.dataBytes, now.dataBytes) || isMore(known.useSeconds, now.useSeconds)) return { kind: "re-log-in" };
  const rate = sameRate(known, now) ? null : { downKbps: now.downKbps, upKbps: now.upKbps, burst: now.burst };
  // CoA can't remove a speed limit: an absent attribute changes nothing.
  if (rate !== null && rate.downKbps === null && rate.upKbps === null) return { kind: "re-log-in" };
  const endsLater = isMore(known.endsAtMs, now.endsAtMs);
  // The same Session-Timeout holds the use-time limit. Only a new log-in knows what is left of it.
  if (endsLater && now.useSeconds !== null) return { kind: "re-log-in" };
  if (rate === null && !endsLater) return { kind: "none" };
  const untilMs = now.endsAtMs ?? Number.POSITIVE_INFINITY;
  const seconds = Math.min(endlessSeconds, Math.floor((untilMs - startedAtMs) / 1000));
  return { kind: "change", rate, sessionSeconds: endsLater ? Math.max(1, seconds) : null };
}

/** Null is no limit, and more than any. */
function isMore(before: number | null, after: number | null): boolean {
  return before !== null && (after === null || after > before);
}

function sameRate(left: SessionLimits, right: SessionLimits): boolean {
  return (
    left.downKbps === right.downKbps &&
    left.upKbps === right.upKbps &&
    JSON.stringify(left.burst) === JSON.stringify(right.burst)
  );
}
