/** The latest and the earliest moment at which a right may end, and what may be forgotten of its use. The design's tolerances, in one place. */
import { endsBetween } from "./exact.ts";
import { termsAt } from "./gifts.ts";
import { bytesAt, type History, msWithin, type RightHistory, type Span, touches } from "./history.ts";

/** NO-THEFT: no clock error, restart or partition takes more than this from a holder. */
export const theftMsMax = 5 * 60_000;
/** OFF-IN-TIME. */
export const offWithinMs = 60_000;
/** The looks at the router are so far apart. */
export const lookMs = 6000;
/** Of two log-ins within so long one may wait for the other's answer. */
export const atOnceMs = 5000;
/** A power cut stops the site's clock at its last saved time, which may be so old. */
const clockSavedEveryMs = 10 * 60_000;
/** That the internet is back. */
const noticedWithinMs = 10 * 60_000;
/** How often a router reports counters, and how long a report may wait to be written. */
export const reportedWithinMs = 370_000;

/** The site's clock stands still while the router is dark, and loses at most what it saves rarely. Null: the plan has no such end. */
export function latestEndMs(history: History, right: RightHistory, atMs: number): number | null {
  const exact = endsBetween(history, right, atMs);
  if (exact !== null) return exact.toMs;
  const terms = termsAt(history, right, atMs, "most");
  const firstUseMs = knownSinceMs(history, right, atMs);
  const { validitySeconds, untilMs } = terms;
  if (firstUseMs === null || (validitySeconds === null && untilMs === undefined)) return null;
  const ends = [
    ...(validitySeconds === null
      ? []
      : [firstUseMs + validitySeconds * 1000 + lateMs(history, firstUseMs, atMs, true)]),
    // A date is a date: nothing is given back, and a clock that stood still learns the time again.
    ...(untilMs === undefined ? [] : [untilMs + lateMs(history, 0, atMs, false)]),
  ];
  return Math.min(...ends);
}

/** By how much a site may be late with an end of what began then. `isGivenBack`: outages count for the holder. */
function lateMs(history: History, fromMs: number, atMs: number, isGivenBack: boolean): number {
  const span = { fromMs, toMs: atMs };
  const cuts = history.powerCuts.filter((cutMs) => cutMs >= fromMs && cutMs <= atMs).length;
  const darkMs = msWithin(history.dark, span);
  // A clock that could not be saved stands after a cut where it was saved last.
  const unsavedMs = cuts === 0 ? 0 : msWithin(ofKind(history, "disk"), { fromMs: 0, toMs: atMs });
  // The site's clock may follow one that runs slow, by a sixth at the most.
  const slowMs = msWithin(ofKind(history, "clock"), span) / 6;
  const creditMs = isGivenBack ? creditedMs(history, span) : 0;
  return darkMs + cuts * clockSavedEveryMs + unsavedMs + slowMs + theftMsMax + creditMs;
}

/** What may be given back of time without internet. A site whose router pings nothing takes the hub's silence for it. */
function creditedMs(history: History, span: Span): number {
  const { facts } = history.chronicle;
  if (!facts.some(({ kind }) => kind === "credits-outages")) return 0;
  const silent = [...ofKind(history, "wan"), ...history.hubAway, ...history.strange];
  return silent.reduce((sum, { fromMs, toMs }) => sum + msWithin([{ fromMs, toMs: toMs + noticedWithinMs }], span), 0);
}

const ofKind = ({ troubles }: History, kind: string) => troubles.filter(({ trouble }) => trouble === kind);

/** Since when the site can have known of its use: a site alone that lost its records begins again (NO-AMNESIA bounds how often). */
function knownSinceMs({ forgetting }: History, { firstOnlineMs, sessions }: RightHistory, atMs: number): number | null {
  const forgotMs = forgetting.findLast((each) => each <= atMs);
  if (forgotMs === undefined || firstOnlineMs === null || firstOnlineMs > forgotMs) return firstOnlineMs;
  // Of a session that went on it knows the router's word alone, and that may be a token of which it knows nothing.
  const since = sessions.filter(({ fromMs }) => fromMs > forgotMs).map(({ fromMs }) => fromMs);
  return since.length === 0 ? null : Math.min(...since);
}

export function earliestEndMs(history: History, right: RightHistory, atMs: number): number | null {
  const exact = endsBetween(history, right, atMs);
  // A router is told whole seconds.
  if (exact !== null) return exact.fromMs - 1000;
  const { firstUseMs } = right;
  const { validitySeconds, untilMs } = termsAt(history, right, atMs, "least");
  const byUseMs = validitySeconds === null || firstUseMs === null ? null : firstUseMs + validitySeconds * 1000;
  if (byUseMs === null && untilMs === undefined) return null;
  return Math.min(byUseMs ?? Number.POSITIVE_INFINITY, untilMs ?? Number.POSITIVE_INFINITY) - theftMsMax;
}

/** The last moment before this at which the router's reports were heard and written for certain. */
function lastHeardMs(history: History, atMs: number): number {
  const deaf = [
    ...history.agentAway,
    ...history.dark,
    ...history.troubles.filter(({ trouble }) => trouble !== "clock"),
  ];
  let heardMs = atMs - reportedWithinMs;
  for (let moved = true; moved; ) {
    moved = false;
    for (const span of deaf) {
      if (!touches([span], { fromMs: heardMs, toMs: heardMs + reportedWithinMs })) continue;
      if (span.fromMs - reportedWithinMs - 1 >= heardMs) continue;
      heardMs = span.fromMs - reportedWithinMs - 1;
      moved = true;
    }
  }
  return heardMs;
}

const isWithin = ({ fromMs, toMs }: { fromMs: number; toMs: number }, atMs: number): boolean =>
  atMs >= fromMs && atMs <= toMs;

/** What crashes may have made the site forget of a right's bytes and online time: all that came after the last certain report. */
export function forgettable(
  history: History,
  { sessions }: RightHistory,
  untilMs: number,
): { readonly bytes: number; readonly seconds: number } {
  let bytes = 0;
  let seconds = 0;
  const moments = [...history.crashes, ...history.powerCuts, untilMs].filter((atMs) => atMs <= untilMs);
  for (const session of sessions) {
    // A site that lost its memory knows no end of it, and a router that keeps no limits ends it at none.
    const isNobodys = history.ignoredLimits && history.forgetting.some((lostMs) => isWithin(session, lostMs));
    // A session that ended in silence may be closed at its last report.
    const ends = [...moments.filter((atMs) => isWithin(session, atMs)), session.toMs];
    for (const atMs of new Set(ends)) {
      const sinceMs = isNobodys ? session.fromMs : Math.max(session.fromMs, lastHeardMs(history, atMs));
      bytes += bytesAt(session, atMs) - bytesAt(session, sinceMs - 5000);
      seconds += Math.max(0, atMs - sinceMs) / 1000;
    }
  }
  return { bytes, seconds };
}
