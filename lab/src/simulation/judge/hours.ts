/** NO-GIFT and OFF-IN-TIME of the hours in which a plan may be used: nobody is let in outside, and who is in is off when they end. */
import type { Violation } from "./chronicle.ts";
import { isClockSteady } from "./exact.ts";
import { broken, type History, type RightHistory, type Span } from "./history.ts";
import { offWithinMs } from "./limits.ts";
import { tooLongMs } from "./off-in-time.ts";

/** From the site's decision to the session. */
const letInWithinMs = 12_000;
/** A router is told whole seconds. */
const wholeMs = 1000;

/** The site knew the true date all the time. */
const knowsDate = (history: History, atMs: number): boolean =>
  history.isDateRight && isClockSteady(history, -Infinity, atMs);

const openAt = ({ terms: { openMs } }: RightHistory, atMs: number): Span | undefined =>
  openMs?.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);

/** When the hours end in which this is. Infinity: it has none. Null: it may be outside, or the site may not know the date. */
export function hoursEndMs(history: History, right: RightHistory, atMs: number): number | null {
  if (right.terms.openMs === undefined) return Infinity;
  return knowsDate(history, atMs) ? (openAt(right, atMs)?.toMs ?? null) : null;
}

/** It may be outside its hours, by what the site knows of the date. */
export function mayBeClosed(history: History, right: RightHistory, atMs: number): boolean {
  if (right.terms.openMs === undefined) return false;
  return !knowsDate(history, atMs) || [atMs - offWithinMs, atMs, atMs + wholeMs].some((ms) => !openAt(right, ms));
}

/** Its hours that began within this time. `untilMs`: when the next ones begin, or this time ends. */
const hoursWithin = ({ terms: { openMs = [] } }: RightHistory, fromMs: number, toMs: number) =>
  openMs
    .filter((hours) => hours.fromMs >= fromMs && hours.fromMs < toMs)
    .map((hours, at, all) => ({ ...hours, untilMs: Math.min(toMs, all[at + 1]?.fromMs ?? toMs) }));

export function* outsideHours(history: History): Iterable<Violation> {
  for (const right of history.rights.values())
    for (const session of right.sessions) {
      const { fromMs, toMs } = session;
      if (right.terms.openMs === undefined || !knowsDate(history, toMs)) continue;
      const who = `session ${session.session} of ${right.right.rightId} (${right.right.plan})`;
      const open = openAt(right, fromMs) ?? openAt(right, fromMs - letInWithinMs);
      if (open === undefined) yield broken("NO-GIFT", fromMs, `${who} began outside its hours`);
      // Who stayed on because the site could not act may stay on when the next hours begin.
      for (const { toMs: endMs, untilMs } of hoursWithin(right, open?.fromMs ?? fromMs, toMs))
        if (tooLongMs(history, session, endMs, untilMs) > 0)
          yield broken(
            "OFF-IN-TIME",
            untilMs,
            `${who} was on ${Math.round((untilMs - endMs) / 1000)} s after its hours`,
          );
    }
}
