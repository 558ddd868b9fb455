/**
 * A grant changed while a session uses it (another speed, a renewal, a top-up): what the router must do about the session. Speed
 * and time change by CoA. A limit of bytes can't: RouterOS' manual lists what a CoA may change, and Mikrotik-Total-Limit is not there. So the session
 * logs in again silently. Pure.
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

/**
 * A limit that became less needs no change here: the sweeper ends the session at its nearer end.
 * @param session when it began, and how long its grant was online beside it, in other sessions
 */
export function liveChange(
  known: SessionLimits,
  now: SessionLimits,
  session: { readonly startedAtMs: number; readonly secondsBeside: number },
): LiveChange {
  if (isMore(known.dataBytes, now.dataBytes)) return { kind: "re-log-in" };
  const rate = sameRate(known, now) ? null : { downKbps: now.downKbps, upKbps: now.upKbps, burst: now.burst };
  // CoA can't remove a speed limit: an absent attribute changes nothing.
  if (rate !== null && rate.downKbps === null && rate.upKbps === null) return { kind: "re-log-in" };
  const endsLater = isMore(known.endsAtMs, now.endsAtMs) || isMore(known.useSeconds, now.useSeconds);
  if (rate === null && !endsLater) return { kind: "none" };
  return { kind: "change", rate, sessionSeconds: endsLater ? sessionSecondsOf(now, session) : null };
}

/** One Session-Timeout holds both limits of time. The router counts it from the session's start. */
function sessionSecondsOf(
  { endsAtMs, useSeconds }: SessionLimits,
  { startedAtMs, secondsBeside }: { readonly startedAtMs: number; readonly secondsBeside: number },
): number {
  // Of no end the router is told the latest one: it reads a Session-Timeout of 0 as none, but an absent one changes nothing.
  const byDate = endsAtMs === null ? timeoutSecondsMax : Math.floor((endsAtMs - startedAtMs) / 1000);
  const byUse = useSeconds === null ? timeoutSecondsMax : useSeconds - secondsBeside;
  return Math.min(Math.max(1, Math.min(byDate, byUse)), timeoutSecondsMax);
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
