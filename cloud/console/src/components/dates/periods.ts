/** Ranges of days as people name them. Days are `2026-11-20`, in the provider's zone, both ends included. */
export interface DayRange {
  /** Empty: no limit. */
  readonly from: string;
  readonly to: string;
}

export const periodNames = ["today", "yesterday", "7d", "30d", "month", "last_month"] as const;
export type PeriodName = (typeof periodNames)[number];

const dayMs = 86_400_000;

/** The days of a period, on the day `today`. */
export function periodDays(name: PeriodName, today: string): DayRange {
  const at = Date.parse(`${today}T00:00:00Z`);
  const [year = 0, month = 1] = today.split("-").map(Number);
  if (name === "today") return { from: today, to: today };
  if (name === "yesterday") return { from: isoDay(at - dayMs), to: isoDay(at - dayMs) };
  if (name === "7d") return { from: isoDay(at - 6 * dayMs), to: today };
  if (name === "30d") return { from: isoDay(at - 29 * dayMs), to: today };
  if (name === "month") return { from: isoDay(Date.UTC(year, month - 1, 1)), to: today };
  return { from: isoDay(Date.UTC(year, month - 2, 1)), to: isoDay(Date.UTC(year, month - 1, 0)) };
}

/** The name of this range; null: it has none. On the first of a month "today" and "this month" are the same: the shorter name wins. */
export function periodName(range: DayRange, today: string): PeriodName | null {
  const isSame = (other: DayRange) => other.from === range.from && other.to === range.to;
  return periodNames.find((name) => isSame(periodDays(name, today))) ?? null;
}

/** The moments that a range of days covers, in the provider's zone: from `fromMs`, up to but not including `untilMs`. */
export function momentsOf(
  range: DayRange,
  utcOffsetMinutes: number,
): { readonly fromMs: number | null; readonly untilMs: number | null } {
  const startOf = (day: string) => {
    const atMs = Date.parse(`${day}T00:00:00Z`);
    return Number.isNaN(atMs) ? null : atMs - utcOffsetMinutes * 60_000;
  };
  const lastMs = startOf(range.to);
  return { fromMs: startOf(range.from), untilMs: lastMs === null ? null : lastMs + dayMs };
}

/** The days of a chart with a bar for each: `count` of them, up to and with `to`. */
export interface ChartDays {
  readonly count: number;
  readonly from: string;
  readonly to: string;
}

/** Of a range without a beginning so many days, of a longer one the last of them. */
const [chartDaysUsual, chartDaysMax] = [30, 366];

/** Days to come have no figures. Null: the range has no day until `today`. */
export function chartDays({ from, to }: DayRange, today: string): ChartDays | null {
  const last = to === "" || to > today ? today : to;
  const lastMs = Date.parse(`${last}T00:00:00Z`);
  const asked = from === "" ? chartDaysUsual : (lastMs - Date.parse(`${from}T00:00:00Z`)) / dayMs + 1;
  const count = Math.min(asked, chartDaysMax);
  return count >= 1 ? { count, from: isoDay(lastMs - (count - 1) * dayMs), to: last } : null;
}

/** The day after: for the hub's `untilDay`, which is not included. Empty stays empty, and what is no day (the year 20261) is none. */
export function dayAfter(day: string): string {
  const atMs = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(atMs) ? "" : isoDay(atMs + dayMs);
}

const isoDay = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
