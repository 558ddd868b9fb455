/**
 * Combines many session records into one change per session, so that the database sees one row per session and batch. Totals
 * never go down: reports come late, twice and out of order. The last stop counts. A stop for `lost` is undone when the session
 * is reported again, as the agent's fold does. Pure.
 */
import type { PlacedRecord } from "../../ground/agents/journal-projector.ts";
import { lastDateMs } from "../../ground/agents/last-date.ts";

export interface SessionChange {
  siteId: string;
  sessionKey: string;
  sessionId: string | null;
  nas: string | null;
  grantId: string | null;
  user: string | null;
  mac: string | null;
  address: string | null;
  service: string | null;
  startedAtMs: number | null;
  startedEpoch: string | null;
  startedSeq: number | null;
  startedClock: string | null;
  usedAtMs: number | null;
  usedEpoch: string | null;
  usedSeq: number | null;
  stoppedAtMs: number | null;
  stoppedEpoch: string | null;
  stoppedSeq: number | null;
  cause: string | null;
  why: string | null;
  inputBytes: number;
  outputBytes: number;
  onlineSeconds: number;
  /** Parts of the totals that were used in free hours. */
  free: FreeSpan[];
  /** Used before any stop of this batch: a session that was closed as lost is open after all. */
  reopens: boolean;
}

interface Counters {
  readonly inputBytes: number;
  readonly outputBytes: number;
}
interface FreeSpan {
  readonly from: Counters;
  readonly to: Counters;
}

/** What of the spans is new above what is known. */
export const freeBytesAbove = (spans: readonly FreeSpan[], had: Counters): number =>
  spans.reduce(
    (sum, { from, to }) =>
      sum +
      Math.max(0, to.inputBytes - Math.max(from.inputBytes, had.inputBytes)) +
      Math.max(0, to.outputBytes - Math.max(from.outputBytes, had.outputBytes)),
    0,
  );

/** The session's totals as reports of a UTC day (`YYYY-MM-DD`) ended, for then or for good: a clock that goes back comes to a day again. */
export interface DayTotals {
  readonly siteId: string;
  readonly sessionKey: string;
  readonly grantId: string | null;
  readonly day: string;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly onlineSeconds: number;
}

export interface SessionFold {
  readonly sessions: SessionChange[];
  /** Of each session in the order of its reports. */
  readonly days: DayTotals[];
}

/** Ignores records of other kinds. Sorted by site and session, so that rows are locked in one order. */
export function foldSessions(entries: readonly PlacedRecord[]): SessionFold {
  const sessions = new Map<string, SessionChange>();
  const days = new Map<string, DayTotals[]>();
  for (const { siteId, epoch, record } of entries) {
    if (!("sessionKey" in record)) continue;
    const name = `${siteId}\n${record.sessionKey}`;
    const session = sessions.get(name) ?? unknownSession(siteId, record.sessionKey);
    sessions.set(name, session);
    if (record.kind === "session-started") {
      if (session.startedSeq !== null) continue;
      const { sessionId, nas, grantId, user, mac, address, startedAtMs, clock, seq } = record;
      const { service = null } = record;
      Object.assign(session, { sessionId, nas, grantId, user, mac, address, service, startedAtMs });
      Object.assign(session, { startedEpoch: epoch, startedSeq: seq, startedClock: clock });
      continue;
    }
    const { inputBytes: fromInput, outputBytes: fromOutput } = session;
    session.inputBytes = Math.max(session.inputBytes, record.inputBytes);
    session.outputBytes = Math.max(session.outputBytes, record.outputBytes);
    session.onlineSeconds = Math.max(session.onlineSeconds, record.onlineSeconds);
    if (record.isFree === true)
      session.free.push({
        from: { inputBytes: fromInput, outputBytes: fromOutput },
        to: { inputBytes: session.inputBytes, outputBytes: session.outputBytes },
      });
    const usedAtMs = record.kind === "session-stopped" ? record.stoppedAtMs : record.atMs;
    Object.assign(session, { usedAtMs, usedEpoch: epoch, usedSeq: record.seq });
    if (record.kind === "session-stopped") {
      const { stoppedAtMs, seq, cause } = record;
      // A late report of the same end does not say again why it was.
      const why = record.why ?? (session.cause === cause ? session.why : null);
      Object.assign(session, { stoppedAtMs, stoppedEpoch: epoch, stoppedSeq: seq, cause, why });
    } else if (session.stoppedSeq === null) session.reopens = true;
    else if (session.cause === "lost")
      Object.assign(session, {
        stoppedAtMs: null,
        stoppedEpoch: null,
        stoppedSeq: null,
        cause: null,
        why: null,
        reopens: true,
      });
    const day = utcDay(record.atMs);
    const { inputBytes, outputBytes, onlineSeconds, grantId } = session;
    const told = days.get(name) ?? [];
    days.set(name, told);
    if (told.at(-1)?.day === day) told.pop();
    told.push({ siteId, sessionKey: record.sessionKey, grantId, day, inputBytes, outputBytes, onlineSeconds });
  }
  const byName = (one: { siteId: string; sessionKey: string }, other: { siteId: string; sessionKey: string }) =>
    compare(one.siteId, other.siteId) || compare(one.sessionKey, other.sessionKey);
  return { sessions: [...sessions.values()].sort(byName), days: [...days.values()].flat() };
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

function utcDay(atMs: number): string {
  return new Date(Math.min(atMs, lastDateMs)).toISOString().slice(0, 10);
}

function unknownSession(siteId: string, sessionKey: string): SessionChange {
  return {
    siteId,
    sessionKey,
    sessionId: null,
    nas: null,
    grantId: null,
    user: null,
    mac: null,
    address: null,
    service: null,
    startedAtMs: null,
    startedEpoch: null,
    startedSeq: null,
    startedClock: null,
    usedAtMs: null,
    usedEpoch: null,
    usedSeq: null,
    stoppedAtMs: null,
    stoppedEpoch: null,
    stoppedSeq: null,
    cause: null,
    why: null,
    inputBytes: 0,
    outputBytes: 0,
    onlineSeconds: 0,
    free: [],
    reopens: false,
  };
}
