/** Moves stored times after a correction of the clock. Changes the state in place; part of the fold. */
import type { Grant } from "@karibu/protocol/grant";
import type { EventOf } from "@karibu/protocol/journal/record";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { shiftLocks } from "./lock-fold.ts";
import type { SiteState } from "./site-state.ts";

/**
 * The clock was wrong by `stepMs` during this boot, so the times of this boot move by `stepMs`. A grant of an earlier boot whose clock
 * was never corrected is wrong by an unknown part of it. It moves when that helps the customer (NO-THEFT), and stays otherwise.
 */
export function rebase(state: SiteState, record: EventOf<"clock-corrected"> & { atMs: number }): void {
  const { stepMs, boot } = record;
  for (const used of state.grants.values()) {
    const ofThisBoot = used.boot === boot;
    if (ofThisBoot || (!used.settled && stepMs > 0)) used.grant = shifted(used.grant, stepMs);
    used.settled = true;
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
}

function shifted(grant: Grant, stepMs: number): Grant {
  const { startedAtMs, endsAtMs } = grant;
  return {
    ...grant,
    startedAtMs: startedAtMs === null ? null : shiftedTime(startedAtMs, stepMs),
    endsAtMs: endsAtMs === null ? null : shiftedTime(endsAtMs, stepMs),
  };
}

const shiftedTime = (atMs: number, stepMs: number): UnixMs => unixMs(Math.max(0, atMs + stepMs));
