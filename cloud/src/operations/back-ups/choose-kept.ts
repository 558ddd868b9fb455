/** Which back-ups are kept: the newest of each of the last days, weeks and months. Pure: times in, a choice out. */
import { isOfFuture } from "./schedule-policy.ts";

export interface KeepScheme {
  readonly days: number;
  readonly weeks: number;
  readonly months: number;
}

export const defaultKeepScheme: KeepScheme = { days: 7, weeks: 5, months: 12 };

/** So many of those that people asked for are kept besides, the newest ones. */
export const askedKept = 5;
/** What was there before a restore is kept for so long, whatever is asked for meanwhile: it is the way back, and has the former activity. */
export const savedMsMin = 90 * 86_400_000;

export interface KeepCandidate {
  readonly backupId: string;
  /** The instant that it holds. */
  readonly atMs: number;
  /** It was fetched back and restored. */
  readonly isProved: boolean;
  /** A person asked for it, not the schedule. */
  readonly isAsked: boolean;
}

const dayMs = 86_400_000;

/**
 * The ids of those to keep. Days, weeks (from Monday) and months of UTC in which there is a back-up count, not those of the calendar: a
 * hub that stood still for a month loses nothing by that. Of each span its newest one is kept, and its newest proved one; one that
 * a person asked for never stands in place of the schedule's. Of those the newest ones are kept besides. The newest of all and the newest
 * proved one of all are always kept, whatever the scheme says. Those that a clock ahead has dated are chosen among themselves: they would fill the
 * scheme, and each night's would go as soon as it is proved. So it is, too, for a hub whose clock has fallen back, and with all that it had before.
 */
export function chooseKept(
  candidates: readonly KeepCandidate[],
  scheme: KeepScheme,
  nowMs: number,
): ReadonlySet<string> {
  const { true: ahead = [], false: past = [] } = Object.groupBy(candidates, ({ atMs }) =>
    isOfFuture(atMs, nowMs) ? "true" : "false",
  );
  return new Set([...chooseAmong(past, scheme), ...chooseAmong(ahead, scheme)]);
}

function chooseAmong(candidates: readonly KeepCandidate[], scheme: KeepScheme): ReadonlySet<string> {
  const newestFirst = candidates.toSorted(
    (one, other) => other.atMs - one.atMs || (one.backupId < other.backupId ? 1 : -1),
  );
  const proved = newestFirst.filter(({ isProved }) => isProved);
  const kept = new Set<string>();
  const keep = (one: KeepCandidate | undefined) => one !== undefined && kept.add(one.backupId);
  for (const one of [newestFirst[0], proved[0]]) keep(one);
  for (const one of newestFirst.filter(({ isAsked }) => isAsked).slice(0, askedKept)) keep(one);
  for (const [count, spanOf] of [
    [scheme.days, dayOf],
    [scheme.weeks, weekOf],
    [scheme.months, monthOf],
  ] as const) {
    const spans = [...new Set(newestFirst.map(({ atMs }) => spanOf(atMs)))].slice(0, count);
    for (const span of spans) {
      const isInIt = ({ atMs }: KeepCandidate) => spanOf(atMs) === span;
      for (const all of [newestFirst.filter(isInIt), proved.filter(isInIt)])
        keep(all.find(({ isAsked }) => !isAsked) ?? all[0]);
    }
  }
  return kept;
}

const dayOf = (atMs: number): number => Math.floor(atMs / dayMs);
/** 1 January 1970 was a Thursday. */
const weekOf = (atMs: number): number => Math.floor((dayOf(atMs) + 3) / 7);
const monthOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 7);
