/** When reports are sent, and of which days. Pure; days are `2026-11-22`, of the provider's zone. */
import { addDays, addMonths } from "../../reports/figures/report.ts";

export const scheduleSteps = ["day", "week", "month"] as const;
type ScheduleStep = (typeof scheduleSteps)[number];

/** From so many hours after midnight: the sites' records of the evening have come in. */
export const sentFromHour = 6;

/** The next day after this one on which it is sent: each day; Monday; the first of a month. */
export function nextDayOf(every: ScheduleStep, day: string): string {
  if (every === "day") return addDays(day, 1);
  if (every === "month") return `${addMonths(day.slice(0, 7), 1)}-01`;
  const weekDay = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, (8 - weekDay) % 7 || 7);
}

/** Was it written by a clock that was ahead? Nobody would hear anything until then. A provider that moved to another time zone is a day or two off. */
export const isTooFar = (every: ScheduleStep, nextDay: string, today: string): boolean =>
  nextDay > nextDayOf(every, addDays(today, 2));

/** What a letter of this day tells of: the day before, the seven days before, the month before. Late letters tell of the newest such time. */
export function spanBefore(every: ScheduleStep, day: string): { readonly fromDay: string; readonly untilDay: string } {
  if (every === "month") {
    const month = addMonths(day.slice(0, 7), -1);
    return { fromDay: `${month}-01`, untilDay: addDays(`${addMonths(month, 1)}-01`, -1) };
  }
  const untilDay = addDays(day, -1);
  return { fromDay: every === "day" ? untilDay : addDays(untilDay, -6), untilDay };
}
