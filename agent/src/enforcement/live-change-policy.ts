/**
 * A grant changed while a session uses it (another speed, a renewal, a top-up): what the router must do about the session. Speed
 * and time change by CoA. Byte and use-time limits can't, so the session logs in again silently. Pure.
 */
import type { Terms } from "@karibu/protocol/plan";
import { timeoutSecondsMax } from "@karibu/protocol/radius/attributes";

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
  // Of no end the router is told the latest one: it reads a Session-Timeout of 0 as none, but an absent one changes nothing.
  const seconds = now.endsAtMs === null ? timeoutSecondsMax : Math.floor((now.endsAtMs - startedAtMs) / 1000);
  const sessionSeconds = Math.min(Math.max(1, seconds), timeoutSecondsMax);
  return { kind: "change", rate, sessionSeconds: endsLater ? sessionSeconds : null };
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
