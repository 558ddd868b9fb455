/** Moves stored times after a correction of the clock. Changes the state in place; part of the fold. */

import { type ClockStep, isMovedBy, isOfUnknown, isOutOfUnknown, isSettledBy } from "@karibu/protocol/clock-step";
import type { EventOf, JournalRecord, Stamp } from "@karibu/protocol/journal/record";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { keepUncutEnd } from "./grant-fold.ts";
import { shiftMoves } from "./guard-fold.ts";
import { shiftLocks } from "./lock-fold.ts";
import type { SiteState, UnknownCrossing, UsedGrant } from "./site-state.ts";

/**
 * The clock was wrong by `stepMs` during this boot, so the times of this boot move by `stepMs`. So does a grant or session of an earlier boot whose start
 * nobody has vouched for: the clock went on from that boot without a step, so what is left of the grant stays as it is (NO-THEFT, NO-GIFT), and a
 * late Start is known as the session's own.
 * A grant that began at a proved time keeps its end, and so does one that began elsewhere: its period is a date. A record of a clock that somebody
 * vouches for settles them all.
 * A step out of an unknown time (1970) moves what began in it alone: it may come late (`SiteState.crossing`), when others have begun at a date. And
 * what waits for it is neither moved nor settled by a step from a date.
 */
export function rebase(state: SiteState, record: EventOf<"clock-corrected"> & Pick<Stamp, "atMs" | "clock">): void {
  const { stepMs, boot } = record;
  const step: ClockStep = { stepMs, nowMs: record.atMs };
  for (const used of state.grants.values()) {
    const { startedAtMs } = used.grant;
    const isSettled = record.clock === "synced" && (used.beganElsewhere === true || isSettledBy(step, startedAtMs));
    const isOwn = used.beganElsewhere !== true && (used.boot === boot || !used.settled);
    if (isOwn && isMovedBy(step, startedAtMs)) shift(used, stepMs);
    if (isSettled) used.settled = true;
  }
  const moved = (atMs: UnixMs): UnixMs => (isMovedBy(step, atMs) ? shiftedTime(atMs, stepMs) : atMs);
  for (const session of state.sessions.values()) {
    const isOwn = session.boot === boot || session.unsettled === true;
    if (!isOwn || (stepMs === 0 && session.unsettled === undefined)) continue;
    const { unsettled, ...settled } = session;
    const stoppedAtMs = session.stoppedAtMs === null ? null : moved(session.stoppedAtMs);
    const isSettled = record.clock === "synced" && isSettledBy(step, session.startedAtMs);
    const doubted = unsettled === undefined || isSettled ? {} : { unsettled };
    state.sessions.set({ ...settled, ...doubted, startedAtMs: moved(session.startedAtMs), stoppedAtMs });
  }
  // A time in the future must not keep the clock there after the next restart.
  state.lastAtMs = record.atMs;
  if (stepMs !== 0) state.correctedAtMs = record.atMs;
  // A correction at the start follows a record that has the corrected time.
  state.machineAtMs = Math.min(state.machineAtMs + stepMs, record.atMs);
  state.creditedToMs = Math.min(state.creditedToMs, record.atMs);
  state.crossing = isOutOfUnknown(step) ? null : correctedCrossing(state.crossing, record);
  shiftLocks(state.locks, step);
  shiftMoves(state, step);
}

/** A record with a date, after records of an unknown time: the correction should have come with it, or comes next. */
export function noteCrossing(state: SiteState, { kind, atMs, clock }: Pick<JournalRecord, "kind" | keyof Stamp>): void {
  if (!isOfUnknown(state.lastAtMs) || isOfUnknown(atMs) || kind === "clock-corrected") return;
  if (isAnythingUnmoved(state)) state.crossing = { fromMs: state.lastAtMs, toMs: atMs, isProved: clock === "synced" };
}

/** The date turned out wrong: with the correction in its place, what began in 1970 would have moved by this one too, up to the first that is proved. */
function correctedCrossing(
  crossing: UnknownCrossing | null,
  { stepMs, clock }: EventOf<"clock-corrected"> & Pick<Stamp, "clock">,
): UnknownCrossing | null {
  if (crossing === null || crossing.isProved) return crossing;
  return { ...crossing, toMs: crossing.toMs + stepMs, isProved: clock === "synced" };
}

/**
 * The corrections that a start writes, in this order. `openingStepMs`: of the clock, null: none is known. What began at dates moves first and is settled
 * by it; what still waits in 1970 moves by the step that was lost, and then by the same one. Where nothing moves, a step back is written all the same:
 * up to the time that the clock showed, no outage would be credited, and no move of a code be forgotten.
 */
export function openingCorrections(state: SiteState, openingStepMs: number | null): number[] {
  const { crossing } = state;
  const ordinary = openingStepMs !== null && (openingStepMs < 0 || isAnythingUnsettled(state)) ? [openingStepMs] : [];
  if (crossing === null) return ordinary;
  const { fromMs, toMs, isProved } = crossing;
  return [...ordinary, toMs - fromMs + (isProved ? 0 : (openingStepMs ?? 0))];
}

function isAnythingUnsettled({ grants, sessions }: SiteState): boolean {
  for (const { settled } of grants.values()) if (!settled) return true;
  for (const { unsettled } of sessions.values()) if (unsettled === true) return true;
  return false;
}

function isAnythingUnmoved({ grants, sessions }: SiteState): boolean {
  for (const { grant, settled } of grants.values())
    if (!settled && grant.startedAtMs !== null && isOfUnknown(grant.startedAtMs)) return true;
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
