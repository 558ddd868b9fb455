/**
 * Time as a provider's office counts it: the hours of its working days, in its own time zone. The countries of our providers have no summer
 * time, so a day has 24 hours. Pure.
 */
export interface WorkingHours {
  /** 0 is Sunday. At least one. */
  readonly days: readonly number[];
  /** Minutes after midnight; `until` is later than `from`, at most 1440. */
  readonly fromMinute: number;
  readonly untilMinute: number;
  /** East of UTC. */
  readonly utcOffsetMinutes: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const weekDays = 7;

/** How much working time lies between two moments; 0 where the second is not later. */
export function workingMsBetween(hours: WorkingHours, fromMs: number, untilMs: number): number {
  if (untilMs <= fromMs) return 0;
  const perDay = lengthOf(hours);
  const first = dayOf(hours, fromMs);
  const last = dayOf(hours, untilMs);
  if (last - first < 2 * weekDays) {
    let sum = 0;
    for (let day = first; day <= last; day++) sum += within(hours, day, fromMs, untilMs);
    return sum;
  }
  // Whole weeks are alike: of years only the ends are looked at.
  const weeks = Math.floor((last - first) / weekDays) - 1;
  const middleMs = startOfDay(hours, first + 1 + weeks * weekDays);
  let sum = within(hours, first, fromMs, untilMs) + weeks * hours.days.length * perDay;
  for (let day = dayOf(hours, middleMs); day <= last; day++) sum += within(hours, day, fromMs, untilMs);
  return sum;
}

/** The first moment by which so much working time has gone by. */
export function addWorkingMs(hours: WorkingHours, fromMs: number, amountMs: number): number {
  let left = Math.max(0, amountMs);
  const perWeek = hours.days.length * lengthOf(hours);
  const weeks = Math.max(0, Math.floor(left / perWeek) - 1);
  left -= weeks * perWeek;
  const atMs = fromMs + weeks * weekDays * dayMs;
  if (left === 0) return atMs;
  for (let day = dayOf(hours, atMs); ; day++) {
    const has = within(hours, day, atMs, Number.MAX_SAFE_INTEGER);
    if (has >= left) return Math.max(atMs, startOfWork(hours, day)) + left;
    left -= has;
  }
}

const lengthOf = (hours: WorkingHours): number => (hours.untilMinute - hours.fromMinute) * minuteMs;

/** Days since 1970 in the provider's zone. */
const dayOf = (hours: WorkingHours, atMs: number): number =>
  Math.floor((atMs + hours.utcOffsetMinutes * minuteMs) / dayMs);

const startOfDay = (hours: WorkingHours, day: number): number => day * dayMs - hours.utcOffsetMinutes * minuteMs;
const startOfWork = (hours: WorkingHours, day: number): number => startOfDay(hours, day) + hours.fromMinute * minuteMs;

/** 1 January 1970 was a Thursday. */
const weekDayOf = (day: number): number => (((day + 4) % weekDays) + weekDays) % weekDays;

function within(hours: WorkingHours, day: number, fromMs: number, untilMs: number): number {
  if (!hours.days.includes(weekDayOf(day))) return 0;
  const begins = Math.max(startOfWork(hours, day), fromMs);
  const ends = Math.min(startOfDay(hours, day) + hours.untilMinute * minuteMs, untilMs);
  return Math.max(0, ends - begins);
}
