/**
 * What sessions have used up to now: the folded state, the acknowledged interims that are not yet written (to spare the flash),
 * and for time, the seconds since a session's last report.
 */
import type { Clock } from "@karibu/protocol/world";
import { type Charge, type ChargedUsage, chargeBytes, type PeriodUse, plainCharge } from "./charged-usage.ts";
import { type CountersWithBase, sameCounters } from "./counters.ts";
import { heardFirst, type QuietTime } from "./quiet-time.ts";
import { secondPlaceOf } from "./second-place.ts";
import { type Session, type SiteState, sessionsOf } from "./site-state.ts";

/** What all sessions of a grant have used. */
export interface Usage {
  /** Without what was used in free hours. */
  readonly bytes: number;
  readonly onlineSeconds: number;
  /** Of the newest fair-use period. */
  readonly period?: PeriodUse;
  /** The site lost its memory: more may have been used than it knows. Absent: it knows all. */
  readonly isUnknown?: true;
}

export interface LiveUsage {
  /** The session's newest counters. */
  counters(session: Session): CountersWithBase;
  /** What its reports say of its silence. */
  quiet(session: Session): QuietTime;
  /** Takes the counters of a report. `isWritten`: the state has them too. `charge`: what they count against that it does not have yet. */
  report(
    sessionKey: string,
    counters: CountersWithBase,
    how: { readonly isWritten: boolean; readonly charge?: Charge; readonly quiet: QuietTime },
  ): void;
  /** The state has the session's newest counters now. */
  markWritten(sessionKey: string): void;
  forget(sessionKey: string): void;
  /** Monotonic time of the session's last report; null: none since the start. */
  lastReportMs(sessionKey: string): number | null;
  /** Sessions whose interims wait to be written. */
  unwritten(): { session: Session; counters: CountersWithBase; charge: Charge }[];
  /** What the session's unwritten counters count against; null: the state has all. */
  unwrittenCharge(sessionKey: string): Charge | null;
  reported(grantId: string): Usage;
  /** As reported, plus the time since: for the sweeper and the customer's page. It is never charged. */
  now(grantId: string, interimSeconds: number): Usage;
}

interface Live {
  readonly counters: CountersWithBase;
  readonly reportedMs: number;
  readonly charge: Charge;
  readonly quiet: QuietTime;
}

/** Time without a report counts for one interval and this much more. */
const lateSeconds = 60;

export function createLiveUsage(clock: Clock, state: SiteState): LiveUsage {
  const live = new Map<string, Live>();
  const unwrittenKeys = new Set<string>();

  function counters(session: Session): CountersWithBase {
    return live.get(session.sessionKey)?.counters ?? session;
  }

  function reported(grantId: string): ChargedUsage {
    const used = state.usage.get(grantId);
    const sum: ChargedUsage = { bytes: used?.bytes ?? 0, onlineSeconds: used?.onlineSeconds ?? 0 };
    if (used?.period !== undefined) sum.period = used.period;
    if (unwrittenKeys.size === 0) return sum;
    for (const key of state.open.byGrant.get(grantId) ?? []) {
      const session = state.sessions.get(key);
      if (session === undefined || !unwrittenKeys.has(key)) continue;
      const newer = counters(session);
      const added = newer.inputBytes + newer.outputBytes - session.inputBytes - session.outputBytes;
      chargeBytes(sum, added, live.get(key)?.charge ?? plainCharge);
      sum.onlineSeconds += newer.onlineSeconds - session.onlineSeconds;
    }
    return sum;
  }

  return {
    counters,
    quiet: ({ sessionKey, onlineSeconds }) => live.get(sessionKey)?.quiet ?? heardFirst(onlineSeconds),
    report(sessionKey, newer, { isWritten, charge = plainCharge, quiet }) {
      const before = live.get(sessionKey);
      const reportedMs = clock.monotonicMs();
      // A late report says nothing new: the session was not heard now.
      const isNews = before === undefined || quiet.heardSeconds > before.quiet.heardSeconds;
      if (!isNews && !isWritten && sameCounters(before.counters, newer)) return;
      live.set(sessionKey, { counters: newer, reportedMs, charge, quiet });
      if (isWritten) unwrittenKeys.delete(sessionKey);
      else unwrittenKeys.add(sessionKey);
    },
    markWritten: (sessionKey) => void unwrittenKeys.delete(sessionKey),
    forget(sessionKey) {
      live.delete(sessionKey);
      unwrittenKeys.delete(sessionKey);
    },
    lastReportMs: (sessionKey) => live.get(sessionKey)?.reportedMs ?? null,
    unwritten: () =>
      sessionsOf(state, unwrittenKeys).map((session) => ({
        session,
        counters: counters(session),
        charge: live.get(session.sessionKey)?.charge ?? plainCharge,
      })),
    unwrittenCharge: (sessionKey) =>
      unwrittenKeys.has(sessionKey) ? (live.get(sessionKey)?.charge ?? plainCharge) : null,
    reported,
    now(grantId, interimSeconds) {
      const sum = reported(grantId);
      const nowMs = clock.monotonicMs();
      for (const key of state.open.byGrant.get(grantId) ?? []) {
        const [session, last] = [state.sessions.get(key), live.get(key)];
        if (session === undefined || last === undefined) continue;
        const sinceSeconds = Math.floor((nowMs - last.reportedMs) / 1000);
        const mostSeconds = Math.min(sinceSeconds, interimSeconds + lateSeconds);
        // Where it may have gone on, its time counts there.
        const place = secondPlaceOf(state, session, last.quiet);
        const isHere = place === null || place.stay === "stays";
        const untilSeconds = isHere ? mostSeconds : Math.max(0, place.atSeconds - last.counters.onlineSeconds);
        sum.onlineSeconds += Math.min(mostSeconds, untilSeconds);
      }
      return sum;
    },
  };
}
