/**
 * What an accounting report means for the session its id names. Reports come twice, late, out of order, without their
 * Start, and under an id that a rebooted router uses again. Pure.
 */
import { type CountersWithBase, mergeCounters, noCounters, sameCounters } from "../state/counters.ts";
import type { AccountingReport } from "./access.ts";

/** The session that the NAS' id names, with its counters as they are known now. */
export interface KnownSession {
  readonly user: string;
  readonly mac: string | null;
  readonly startedAtMs: number;
  readonly stoppedAtMs: number | null;
  readonly cause: string | null;
  readonly counters: CountersWithBase;
}

export type ReportMeaning =
  /** Nothing new: acknowledged once what was said before is on disk. */
  | { readonly kind: "known" }
  /** A session begins; `startedAtMs` by the site's clock. `losesOld`: the one that had the id ended without a Stop. */
  | { readonly kind: "begins"; readonly startedAtMs: number; readonly losesOld: boolean; readonly goesOn: Continuation }
  | Continuation;

type Continuation =
  | { readonly kind: "goes-on"; readonly counters: CountersWithBase }
  | {
      readonly kind: "ends";
      readonly counters: CountersWithBase;
      readonly stoppedAtMs: number;
      readonly cause: string;
    };

/** How far a NAS' idea of when a session began may be off from ours before it is another session. */
const sameStartMs = 30_000;
/** A Start that is this much younger than the Stop of its id is no late copy. */
const lateCopyMs = 10 * 60_000;

export function meaningOf(known: KnownSession | null, report: AccountingReport, nowMs: number): ReportMeaning {
  const happenedMs = nowMs - report.delaySeconds * 1000;
  const beganMs = Math.max(0, happenedMs - report.sessionSeconds * 1000);
  if (known === null || isAnotherSession(known, report, beganMs)) {
    const losesOld = known !== null && known.stoppedAtMs === null;
    return { kind: "begins", startedAtMs: beganMs, losesOld, goesOn: continuation(noCounters, report, happenedMs) };
  }
  if (report.status === "start") return { kind: "known" };
  const isOpen = known.stoppedAtMs === null;
  if (report.status === "stop" && (isOpen || known.cause === "lost")) {
    return continuation(known.counters, report, happenedMs);
  }
  const counters = mergeCounters(known.counters, report);
  if (sameCounters(counters, known.counters)) return { kind: "known" };
  // After a real Stop a late report may still say more than the Stop did: then the larger figure is the true one.
  if (!isOpen && known.cause !== "lost") {
    const stoppedAtMs = known.stoppedAtMs ?? happenedMs;
    return { kind: "ends", counters, stoppedAtMs, cause: known.cause ?? "lost" };
  }
  return { kind: "goes-on", counters };
}

function continuation(before: CountersWithBase, report: AccountingReport, happenedMs: number): Continuation {
  const counters = mergeCounters(before, report);
  if (report.status !== "stop") return { kind: "goes-on", counters };
  return { kind: "ends", counters, stoppedAtMs: Math.max(0, happenedMs), cause: report.cause ?? "unknown" };
}

/** The id was given to a new session: another host has it, or this one began after what is known of the old one. */
function isAnotherSession(known: KnownSession, report: AccountingReport, beganMs: number): boolean {
  if (known.user !== report.user || (known.mac !== null && report.mac !== null && known.mac !== report.mac))
    return true;
  const { counters, stoppedAtMs } = known;
  if (stoppedAtMs === null) {
    const lastHeardMs = known.startedAtMs + counters.onlineSeconds * 1000;
    return report.status === "start" && counters.onlineSeconds > 0 && beganMs > lastHeardMs + sameStartMs;
  }
  if (report.status === "start") return beganMs > stoppedAtMs + lateCopyMs;
  if (report.status === "stop" && sameCounters(mergeCounters(counters, report), counters)) return false;
  return beganMs > stoppedAtMs + sameStartMs;
}
