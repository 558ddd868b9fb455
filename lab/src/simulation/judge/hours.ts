/** NO-GIFT and OFF-IN-TIME of the hours in which a plan may be used: nobody is let in outside, and who is in is off when they end. */
import type { Violation } from "./chronicle.ts";
import { isClockSteady } from "./exact.ts";
import type { History, RightHistory, Span } from "./history.ts";
import { lookMs, offWithinMs } from "./limits.ts";
import { couldAct } from "./off-in-time.ts";

/** From the site's decision to the session. */
const letInWithinMs = 12_000;
/** A router is told whole seconds. */
const wholeMs = 1000;

/** The site knew the true date all the time. */
const knowsDate = (history: History, atMs: number): boolean =>
  history.isDateRight && isClockSteady(history, Number.NEGATIVE_INFINITY, atMs);

const openAt = ({ terms: { openMs } }: RightHistory, atMs: number): Span | undefined =>
  openMs?.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);

/** When the hours end in which this is. Infinity: it has none. Null: it may be outside, or the site may not know the date. */
export function hoursEndMs(history: History, right: RightHistory, atMs: number): number | null {
  if (right.terms.openMs === undefined) return Number.POSITIVE_INFINITY;
  return knowsDate(history, atMs) ? (openAt(right, atMs)?.toMs ?? null) : null;
}

/** It may be outside its hours, by what the site knows of the date. */
export function mayBeClosed(history: History, right: RightHistory, atMs: number): boolean {
  if (right.terms.openMs === undefined) return false;
  return !knowsDate(history, atMs) || [atMs - offWithinMs, atMs, atMs + wholeMs].some((ms) => !openAt(right, ms));
}

export function outsideHours(history: History): Violation[] {
  return [...history.rights.values()].flatMap((right) =>
    right.sessions.flatMap(({ session, fromMs, toMs }): Violation[] => {
      if (right.terms.openMs === undefined || !knowsDate(history, toMs)) return [];
      const who = `session ${session} of ${right.right.rightId} (${right.right.plan})`;
      const open = openAt(right, fromMs) ?? openAt(right, fromMs - letInWithinMs);
      if (open === undefined) return [{ invariant: "NO-GIFT", atMs: fromMs, what: `${who} began outside its hours` }];
      const lateMs = toMs - Math.max(open.toMs, fromMs) - offWithinMs - lookMs;
      if (lateMs <= 0 || !couldAct(history, { fromMs }, toMs)) return [];
      const what = `${who} was on ${Math.round((toMs - open.toMs) / 1000)} s after its hours`;
      return [{ invariant: "OFF-IN-TIME", atMs: toMs, what }];
    }),
  );
}
