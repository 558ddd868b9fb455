/**
 * What an accounting report means for the session that its id names. Reports come twice, late, out of order, without their
 * Start, and under an id that a rebooted router uses again. Pure.
 */
import { type CountersWithBase, mergeCounters, noCounters, sameCounters } from "../state/counters.ts";
import type { AccountingReport } from "./access.ts";

/** The session that the NAS' id names, with its present counters. */
export interface KnownSession {
  readonly user: string;
  readonly mac: string | null;
  readonly startedAtMs: number;
  readonly stoppedAtMs: number | null;
  readonly cause: string | null;
  readonly counters: CountersWithBase;
  /** Of its newest report, in the NAS' seconds of the session. */
  readonly heardSeconds: number;
  /** The site's only router has restarted since it stopped: it counts its ids anew. */
  readonly isBeforeRestart: boolean;
}

export type ReportMeaning =
  /** Nothing new. The reply leaves when the earlier reports are on disk. */
  | { readonly kind: "known" }
  /** A session starts; `startedAtMs` by the site's clock. `losesOld`: the session that had the id ended without a Stop. */
  | { readonly kind: "starts"; readonly startedAtMs: number; readonly losesOld: boolean; readonly next: Continuation }
  | Continuation;

export type Continuation =
  | { readonly kind: "continues"; readonly counters: CountersWithBase }
  | {
      readonly kind: "ends";
      readonly counters: CountersWithBase;
      readonly stoppedAtMs: number;
      readonly cause: string;
    };

/** Two start times of one session may differ this much between the NAS and the agent. */
export const sameStartMs = 30_000;
/** A Start that is this much later than the Stop of its id is no late copy. */
const lateCopyMs = 10 * 60_000;

export function meaningOf(known: KnownSession | null, report: AccountingReport, nowMs: number): ReportMeaning {
  const happenedMs = nowMs - report.delaySeconds * 1000;
  const startedAtMs = Math.max(0, happenedMs - report.sessionSeconds * 1000);
  if (known === null || isAnotherSession(known, report, startedAtMs, nowMs)) {
    const losesOld = known !== null && known.stoppedAtMs === null;
    return { kind: "starts", startedAtMs, losesOld, next: continuation(noCounters, 0, report, happenedMs) };
  }
  if (report.status === "start") return { kind: "known" };
  const isOpen = known.stoppedAtMs === null;
  if (report.status === "stop" && (isOpen || known.cause === "lost")) {
    return continuation(known.counters, known.heardSeconds, report, happenedMs);
  }
  const counters = mergeCounters(known.counters, withinStay(report, known), known.heardSeconds);
  if (sameCounters(counters, known.counters)) return { kind: "known" };
  // A late report after a real Stop may count more than the Stop: the larger figure is right.
  if (!isOpen && known.cause !== "lost") {
    const stoppedAtMs = known.stoppedAtMs ?? happenedMs;
    return { kind: "ends", counters, stoppedAtMs, cause: known.cause ?? "lost" };
  }
  return { kind: "continues", counters };
}

function continuation(
  before: CountersWithBase,
  heardSeconds: number,
  report: AccountingReport,
  happenedMs: number,
): Continuation {
  const counters = mergeCounters(before, report, heardSeconds);
  if (report.status !== "stop") return { kind: "continues", counters };
  return { kind: "ends", counters, stoppedAtMs: Math.max(0, happenedMs), cause: report.cause ?? "unknown" };
}

/**
 * The id names a new session: another host has it, or it started after the last that is known of the old session. A report that names nobody
 * (RFC 2866 §5.13: User-Name may be left out) is of the one whose id it has.
 */
function isAnotherSession(known: KnownSession, report: AccountingReport, startedAtMs: number, nowMs: number): boolean {
  const isOthers = report.user !== "" && report.user !== known.user;
  if (isOthers || (known.mac !== null && report.mac !== null && known.mac !== report.mac)) return true;
  const { counters, stoppedAtMs, heardSeconds } = known;
  if (stoppedAtMs === null) {
    if (report.status !== "start" || counters.onlineSeconds === 0) return false;
    return startedAtMs > known.startedAtMs + counters.onlineSeconds * 1000 + sameStartMs;
  }
  // After a restart the site's clock may stand near the Stop. A Stop that is still to come was dated by a clock that was ahead: no copy is that late.
  if (report.status === "start")
    return known.isBeforeRestart || startedAtMs > stoppedAtMs + lateCopyMs || stoppedAtMs > nowMs + lateCopyMs;
  if (report.status === "stop" && sameCounters(mergeCounters(counters, report, heardSeconds), counters)) return false;
  return startedAtMs > stoppedAtMs + sameStartMs && !(known.cause === "lost" && goesOn(counters, report));
}

/** A session that was given up is heard again, and its counters went on: whatever the dates say, for the clock may have been corrected meanwhile. */
function goesOn(known: CountersWithBase, { inputBytes, outputBytes, sessionSeconds }: AccountingReport): boolean {
  return (
    known.onlineSeconds > 0 &&
    sessionSeconds >= known.onlineSeconds &&
    inputBytes >= known.inputBytes - known.baseInputBytes &&
    outputBytes >= known.outputBytes - known.baseOutputBytes
  );
}

/**
 * It ended before its router's word of the end. Its device went on at another server, where its time counts from then on; or it was silent for
 * longer than its idle time-out. It counts up to then, and no less than is written. Bytes that went through here count here.
 */
export function withinStay<Report extends { readonly sessionSeconds: number }>(
  report: Report,
  {
    startedAtMs,
    stoppedAtMs,
    cause,
    counters,
  }: Pick<KnownSession, "startedAtMs" | "stoppedAtMs" | "cause" | "counters">,
): Report {
  if ((cause !== "moved" && cause !== "idle-timeout") || stoppedAtMs === null) return report;
  const stayedSeconds = Math.max(Math.floor((stoppedAtMs - startedAtMs) / 1000), counters.onlineSeconds);
  return report.sessionSeconds <= stayedSeconds ? report : { ...report, sessionSeconds: stayedSeconds };
}
