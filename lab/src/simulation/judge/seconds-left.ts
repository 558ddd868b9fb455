/** What is left of a right's time, as a router is told at a log-in and a page shows it: the most that may be said, and the least. */
import { endsBetween } from "./exact.ts";
import { termsAt } from "./gifts.ts";
import type { History, RightHistory } from "./history.ts";
import { hoursEndMs } from "./hours.ts";
import { leastKnownAt, mostCountedAt } from "./reports.ts";

interface Left {
  /** Infinity: it has no such end. */
  readonly most: number;
  /** Null: nobody can say, because the site may not know the date. */
  readonly least: number | null;
}

/** @param when `knownMs`: the site said it by what it knew then; `atMs`: it was heard then */
export function secondsLeft(
  history: History,
  right: RightHistory,
  { knownMs, atMs }: { readonly knownMs: number; readonly atMs: number },
): Left {
  const [most, least] = [termsAt(history, right, atMs, "most"), termsAt(history, right, atMs, "least")];
  const ends = endsBetween(history, right, atMs);
  const hoursMs = hoursEndMs(history, right, atMs);
  const known = leastKnownAt(history, right, { atMs: knownMs, isWritten: false, untilMs: atMs }).seconds;
  const until = (endMs: number, fromMs: number): number => Math.max(1, Math.floor((endMs - fromMs) / 1000));
  const isSure = hoursMs !== null && (ends !== null || least.validitySeconds === null);
  return {
    most: Math.min(
      most.validitySeconds ?? Infinity,
      (most.useSeconds ?? Infinity) - known,
      until(Math.min(ends?.toMs ?? Infinity, hoursMs ?? Infinity), knownMs),
    ),
    least: isSure
      ? Math.min(
          (least.useSeconds ?? Infinity) - mostCountedAt(right, atMs).seconds,
          until(Math.min(ends?.fromMs ?? Infinity, hoursMs), atMs),
        )
      : null,
  };
}
