/** The latest and the earliest moment at which a right may end, and what may be forgotten of its use. The design's tolerances, in one place. */
import type { Fact, PlanTerms } from "./chronicle.ts";
import { endsBetween } from "./exact.ts";
import { termsAt } from "./gifts.ts";
import {
  bytesAt,
  factsOf,
  type History,
  inTheWay,
  isIn,
  msWithin,
  type RightHistory,
  type Span,
  touches,
  troublesBy,
} from "./history.ts";

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
/** How often a router reports a session, at the most. */
export const reportEveryMs = 310_000;
/** How often a router reports counters, and how long a report may wait to be written. */
export const reportedWithinMs = 370_000;

/** Where a plan counts time online and says nothing, who is silent for so long is logged out. */
export const usualIdleSeconds = 600;

/** Infinity: who says nothing stays. */
export const idleSecondsOf = ({ idleTimeoutSeconds, useSeconds }: PlanTerms): number =>
  idleTimeoutSeconds ?? (useSeconds === null ? Infinity : usualIdleSeconds);

/** The site's clock stands still while the router is dark, and loses at most what it saves rarely. Infinity: it has no such end. */
export function latestEndMs(history: History, right: RightHistory, atMs: number): number {
  const exact = endsBetween(history, right, atMs);
  if (exact !== null) return exact.toMs;
  const { validitySeconds, untilMs = Infinity } = termsAt(history, right, atMs, "most");
  const firstUseMs = knownSinceMs(history, right, atMs);
  if (firstUseMs === null) return Infinity;
  const used = { fromMs: firstUseMs, toMs: atMs };
  const byUseMs =
    validitySeconds === null
      ? Infinity
      : firstUseMs + validitySeconds * 1000 + lateMs(history, used) + creditedMs(history, used);
  // A date is a date: nothing is given back, and a clock that stood still learns the time again.
  return Math.min(byUseMs, untilMs + lateMs(history, { fromMs: 0, toMs: atMs }));
}

/** By how much a site may be late with an end of what began then. */
function lateMs(history: History, span: Span): number {
  const cuts = history.dark.filter(({ fromMs }) => fromMs >= span.fromMs && fromMs <= span.toMs).length;
  // A clock that could not be saved stands after a cut where it was saved last.
  const unsavedMs = cuts === 0 ? 0 : msWithin(troublesBy(history, "disk"), { fromMs: 0, toMs: span.toMs });
  // The site's clock may follow one that runs slow, by a sixth at the most.
  const slowMs = msWithin(troublesBy(history, "clock"), span) / 6;
  return msWithin(history.dark, span) + cuts * clockSavedEveryMs + unsavedMs + slowMs + theftMsMax;
}

/** What may be given back of time without internet. A site whose router pings nothing takes the hub's silence for it. */
function creditedMs(history: History, span: Span): number {
  if (factsOf(history.chronicle.facts, "credits-outages").length === 0) return 0;
  const silent = [...troublesBy(history, "wan"), ...history.hubAway, ...history.strange];
  return silent.reduce((sum, { fromMs, toMs }) => sum + msWithin([{ fromMs, toMs: toMs + noticedWithinMs }], span), 0);
}

/** Since when the site can have known of its use: a site alone that lost its records begins again (NO-AMNESIA bounds how often). */
function knownSinceMs({ forgetting }: History, { firstOnlineMs, sessions }: RightHistory, atMs: number): number | null {
  const forgotMs = forgetting.findLast((each) => each <= atMs);
  if (forgotMs === undefined || firstOnlineMs === null || firstOnlineMs > forgotMs) return firstOnlineMs;
  // Of a session that went on it knows the router's word alone, and that may be a token of which it knows nothing.
  const since = sessions.filter(({ fromMs }) => fromMs > forgotMs).map(({ fromMs }) => fromMs);
  return since.length === 0 ? null : Math.min(...since);
}

/** Infinity: it has no such end. */
export function earliestEndMs(history: History, right: RightHistory, atMs: number): number {
  const exact = endsBetween(history, right, atMs);
  // A router is told whole seconds.
  if (exact !== null) return exact.fromMs - 1000;
  const { validitySeconds, untilMs = Infinity } = termsAt(history, right, atMs, "least");
  const byUseMs = (right.firstUseMs ?? Infinity) + (validitySeconds ?? Infinity) * 1000;
  return Math.min(byUseMs, untilMs) - theftMsMax;
}

/** The last moment before this at which the router's reports were heard and written for certain. */
function lastHeardMs(history: History, atMs: number): number {
  const deaf = inTheWay(history, "clock");
  let heardMs = atMs - reportedWithinMs;
  while (Number.isFinite(heardMs)) {
    const then = { fromMs: heardMs, toMs: heardMs + reportedWithinMs };
    const late = deaf.filter((span) => touches([span], then));
    if (late.length === 0) return heardMs;
    heardMs = Math.min(...late.map(({ fromMs }) => fromMs)) - reportedWithinMs - 1;
  }
  return heardMs;
}

/** What crashes may have made the site forget of a right's bytes and online time: all that came after the last certain report. */
export function forgettable(
  history: History,
  { sessions }: RightHistory,
  untilMs: number,
): { readonly bytes: number; readonly seconds: number } {
  const cuts = history.dark.map(({ fromMs }) => fromMs);
  const moments = [...history.crashes, ...cuts, untilMs].filter((atMs) => atMs <= untilMs);
  let [bytes, seconds] = [0, 0];
  for (const session of sessions) {
    // A site that lost its memory knows no end of it, and a router that keeps no limits ends it at none.
    const isNobodys = history.ignoredLimits && history.forgetting.some((lostMs) => isIn([session], lostMs));
    // A session that ended in silence may be closed at its last report.
    for (const atMs of new Set([...moments.filter((atMs) => isIn([session], atMs)), session.toMs])) {
      const sinceMs = isNobodys ? session.fromMs : Math.max(session.fromMs, lastHeardMs(history, atMs));
      bytes += bytesAt(session, atMs) - bytesAt(session, sinceMs - 5000);
      seconds += Math.max(0, atMs - sinceMs) / 1000;
    }
  }
  return { bytes, seconds };
}

/** What is told before it is on disk, that a log-in token was used and that somebody is locked out, waits for it so long at most. */
export const writtenMs = 5000;
/** An answer is on its way for so long: the site that gave it may have died before it came. */
const onItsWayMs = 500;

/** May a crash have taken what was told then? */
export const mayBeLost = (facts: readonly Fact[], atMs: number): boolean =>
  factsOf(facts, "agent-down").some(
    (down) => down.how !== "stopped" && down.atMs >= atMs - onItsWayMs && down.atMs < atMs + writtenMs,
  );
