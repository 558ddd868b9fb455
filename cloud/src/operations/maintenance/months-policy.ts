/** Which months a partitioned table must have, and which may go. Months are UTC, written `2026-11`: their order is that of texts. */
import type { Span } from "../../ground/jobs/maintenance-job.ts";

export type Month = string;

export interface MonthsOfTable {
  readonly name: string;
  /** Those that have a part. */
  readonly months: readonly Month[];
  /** Of these, the ones into whose part rows are still to be moved. */
  readonly begun: readonly Month[];
  /** Of the rows that have no month of their own; null: there are none. */
  readonly firstOther: Month | null;
  readonly lastOther: Month | null;
}

export interface MonthsPlan {
  readonly make: readonly Month[];
  readonly drop: readonly Month[];
  /** Rows of earlier months lie in no part of their own, and are too old. Null: there are none. */
  readonly forgetBefore: Month | null;
}

/** A hub that is off for two months still finds a part for its first row. */
const monthsAhead = 2;
/** Of what is kept for ever. What seems to be older comes from a clock that was wrong, and needs no parts. */
const monthsBackMax = 120;

/**
 * A month goes when its last moment is too old. Rows that found no part (the clock had jumped, the hub had been off, they came from elsewhere) get
 * theirs, unless they are from after the months that are made ahead: these wait for their time.
 * @param keptMs null: rows are kept for ever
 */
export function planMonths(nowMs: number, keptMs: number | null, table: MonthsOfTable): MonthsPlan {
  const now = monthOf(nowMs);
  const last = addMonths(now, monthsAhead);
  const first = keptMs === null ? addMonths(now, -monthsBackMax) : monthOf(nowMs - keptMs);
  const { firstOther, lastOther } = table;
  const strays =
    firstOther === null || lastOther === null ? [] : monthsBetween(later(first, firstOther), earlier(last, lastOther));
  const begun = new Set(table.begun);
  const there = new Set(table.months.filter((month) => !begun.has(month)));
  const wanted = new Set([...strays, ...table.begun.filter((month) => month >= first), ...monthsBetween(now, last)]);
  return {
    make: [...wanted].filter((month) => !there.has(month)),
    drop: keptMs === null ? [] : table.months.filter((month) => month < first),
    forgetBefore: keptMs !== null && firstOther !== null && firstOther < first ? first : null,
  };
}

/** Its time. */
export const spanOf = (month: Month): Span => ({
  fromMs: Date.parse(`${month}-01T00:00:00Z`),
  untilMs: Date.parse(`${addMonths(month, 1)}-01T00:00:00Z`),
});

export const monthOf = (atMs: number): Month => new Date(atMs).toISOString().slice(0, 7);

const later = (one: Month, other: Month): Month => (one > other ? one : other);
const earlier = (one: Month, other: Month): Month => (one < other ? one : other);

function addMonths(month: Month, count: number): Month {
  const [year = 0, place = 0] = month.split("-").map(Number);
  return monthOf(Date.UTC(year, place - 1 + count));
}

/** Both ends are in it. */
function monthsBetween(first: Month, last: Month): Month[] {
  const months: Month[] = [];
  for (let month = first; month <= last; month = addMonths(month, 1)) months.push(month);
  return months;
}
