/** Moves stored times after a correction of the clock. Changes the state in place; part of the fold. */

import { type ClockStep, isMovedBy, isOutOfUnknown } from "@karibu/protocol/clock-step";
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import type { EventOf, JournalRecord, Stamp } from "@karibu/protocol/journal/record";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { keepUncutEnd } from "./grant-fold.ts";
import { shiftMoves } from "./guard-fold.ts";
import { shiftLocks } from "./lock-fold.ts";
import type { SiteState, UsedGrant } from "./site-state.ts";

/**
 * The clock was wrong by `stepMs` during this boot, so the times of this boot move by `stepMs`. So does a grant or session of an earlier boot whose start
 * nobody has vouched for: the clock went on from that boot without a step, so what is left of the grant stays as it is (NO-THEFT, NO-GIFT), and a
 * late Start is known as the session's own.
 * A grant that began at a proved time keeps its end, and so does one that began elsewhere: its period is a date. A record of a clock that somebody
 * vouches for settles them all.
 * A step out of an unknown time (1970) moves what began in it alone: it may come late (`SiteState.unmovedAtMs`), when others have begun at a date.
 */
export function rebase(state: SiteState, record: EventOf<"clock-corrected"> & Pick<Stamp, "atMs" | "clock">): void {
  const { stepMs, boot } = record;
  const step: ClockStep = { stepMs, nowMs: record.atMs };
  for (const used of state.grants.values()) {
    const isOwn = used.beganElsewhere !== true && (used.boot === boot || !used.settled);
    if (isOwn && isMovedBy(step, used.grant.startedAtMs)) shift(used, stepMs);
    if (record.clock === "synced") used.settled = true;
  }
  for (const session of state.sessions.values()) {
    const moves = (session.boot === boot || session.unsettled === true) && isMovedBy(step, session.startedAtMs);
    if (!moves || (stepMs === 0 && session.unsettled === undefined)) continue;
    const { unsettled, ...settled } = session;
    const stoppedAtMs = session.stoppedAtMs === null ? null : shiftedTime(session.stoppedAtMs, stepMs);
    const startedAtMs = shiftedTime(session.startedAtMs, stepMs);
    const doubted = unsettled === undefined || record.clock === "synced" ? {} : { unsettled };
    state.sessions.set({ ...settled, ...doubted, startedAtMs, stoppedAtMs });
  }
  // A time in the future must not keep the clock there after the next restart.
  state.lastAtMs = record.atMs;
  state.creditedToMs = Math.min(state.creditedToMs, record.atMs);
  if (isOutOfUnknown(step)) state.unmovedAtMs = null;
  shiftLocks(state.locks, step);
  shiftMoves(state, step);
}

/** A record with a date, after records of an unknown time: the correction should have come with it, or comes next. */
export function noteUnmoved(state: SiteState, { kind, atMs }: Pick<JournalRecord, "kind" | "atMs">): void {
  if (state.lastAtMs >= earliestPlausibleMs || atMs < earliestPlausibleMs || kind === "clock-corrected") return;
  if (isAnythingUnmoved(state)) state.unmovedAtMs = state.lastAtMs;
}

function isAnythingUnmoved({ grants, sessions }: SiteState): boolean {
  const isOfUnknown = (atMs: number | null) => atMs !== null && atMs < earliestPlausibleMs;
  for (const { grant, settled } of grants.values()) if (!settled && isOfUnknown(grant.startedAtMs)) return true;
  for (const session of sessions.values())
    if (session.unsettled === true && isOfUnknown(session.startedAtMs)) return true;
  return false;
}

/** The plan's date stays where it is: what moves is the period, and the date cuts off what is then past it. */
function shift(used: UsedGrant, stepMs: number): void {
  const { startedAtMs, endsAtMs, terms } = used.grant;
  const { validUntilMs } = terms;
  const endsByDate = endsAtMs === null || (endsAtMs === validUntilMs && terms.validitySeconds === null);
  const uncutEndMs = endsByDate ? null : shiftedTime(used.uncutEndMs ?? endsAtMs, stepMs);
  used.grant = {
    ...used.grant,
    startedAtMs: startedAtMs === null ? null : shiftedTime(startedAtMs, stepMs),
    endsAtMs: uncutEndMs === null ? endsAtMs : unixMs(Math.min(uncutEndMs, validUntilMs ?? uncutEndMs)),
  };
  keepUncutEnd(used, uncutEndMs);
}

const shiftedTime = (atMs: number, stepMs: number): UnixMs => unixMs(Math.max(0, atMs + stepMs));
