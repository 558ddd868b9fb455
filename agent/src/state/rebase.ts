/** Moves stored times after a correction of the clock. Changes the state in place; part of the fold. */
import type { Grant } from "@karibu/protocol/grant";
import type { EventOf, Stamp } from "@karibu/protocol/journal/record";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { earliestPlausibleMs } from "../clock/clock-policy.ts";
import { shiftMoves } from "./guard-fold.ts";
import { shiftLocks } from "./lock-fold.ts";
import type { SiteState } from "./site-state.ts";

/**
 * The clock was wrong by `stepMs` during this boot, so the times of this boot move by `stepMs`. So does a grant of an earlier boot whose start
 * nobody has vouched for: the clock went on from that boot without a step, so what is left of the grant stays as it is (NO-THEFT, NO-GIFT).
 * A grant that began at a proved time keeps its end. A record of a clock that somebody vouches for settles them all.
 */
export function rebase(state: SiteState, record: EventOf<"clock-corrected"> & Pick<Stamp, "atMs" | "clock">): void {
  const { stepMs, boot } = record;
  const wasKnown = record.atMs - stepMs >= earliestPlausibleMs;
  for (const used of state.grants.values()) {
    const moves = used.boot === boot || !used.settled;
    if (moves && isOfClock(used.grant, wasKnown)) used.grant = shifted(used.grant, stepMs);
    if (record.clock === "synced") used.settled = true;
  }
  for (const session of state.sessions.values()) {
    if (session.boot !== boot || stepMs === 0) continue;
    const stoppedAtMs = session.stoppedAtMs === null ? null : shiftedTime(session.stoppedAtMs, stepMs);
    const startedAtMs = shiftedTime(session.startedAtMs, stepMs);
    state.sessions.set(session.sessionKey, { ...session, startedAtMs, stoppedAtMs });
  }
  // A time in the future must not keep the clock there after the next restart.
  state.lastAtMs = record.atMs;
  state.creditedToMs = Math.min(state.creditedToMs, record.atMs);
  shiftLocks(state.locks, { stepMs, nowMs: record.atMs });
  shiftMoves(state, { stepMs, nowMs: record.atMs });
}

/** A start that came from elsewhere (a lease of another site) is a date, also where this site counts from 1970. */
const isOfClock = ({ startedAtMs }: Grant, isKnown: boolean): boolean =>
  startedAtMs === null || startedAtMs >= earliestPlausibleMs === isKnown;

function shifted(grant: Grant, stepMs: number): Grant {
  const { startedAtMs, endsAtMs } = grant;
  return {
    ...grant,
    startedAtMs: startedAtMs === null ? null : shiftedTime(startedAtMs, stepMs),
    endsAtMs: endsAtMs === null ? null : shiftedTime(endsAtMs, stepMs),
  };
}

const shiftedTime = (atMs: number, stepMs: number): UnixMs => unixMs(Math.max(0, atMs + stepMs));
