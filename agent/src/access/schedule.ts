/** The hours in which a plan may be used. Pure. Minutes of the week in the site's time zone, Sunday first. */
import type { Schedule } from "@karibu/protocol/plan";

const minutesOfWeek = 7 * 24 * 60;
const minuteMs = 60_000;

/**
 * Milliseconds from `atMs` until no window is open; 0: none is open now; null: the windows cover the whole week. A
 * window that passes midnight belongs to the day on which it opens. Windows that touch count as one.
 */
export function scheduleOpenForMs(schedule: Schedule, atMs: number): number | null {
  const localMs = atMs + schedule.utcOffsetMinutes * minuteMs;
  // 1970-01-01 was a Thursday. Shifted by four days, minute 0 of the week is Sunday's midnight.
  const weekMs = minutesOfWeek * minuteMs;
  const nowInWeekMs = modulo(localMs + 4 * 24 * 60 * minuteMs, weekMs);
  let endMs = nowInWeekMs;
  for (;;) {
    const reachedMs = furthestEnd(schedule, endMs, weekMs);
    if (reachedMs === endMs) return endMs - nowInWeekMs;
    endMs = reachedMs;
    if (endMs - nowInWeekMs >= weekMs) return null;
  }
}

/**
 * The latest end of the windows that are open at `instantMs` (which may lie beyond one week); `instantMs` itself when
 * none is.
 */
function furthestEnd(schedule: Schedule, instantMs: number, weekMs: number): number {
  let latestMs = instantMs;
  for (const { days, fromMinute, toMinute } of schedule.windows) {
    if (toMinute <= fromMinute) continue;
    for (const day of days) {
      const opensInWeekMs = (day * 24 * 60 + fromMinute) * minuteMs;
      const opensMs = instantMs - modulo(instantMs - opensInWeekMs, weekMs);
      latestMs = Math.max(latestMs, opensMs + (toMinute - fromMinute) * minuteMs);
    }
  }
  return latestMs;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
