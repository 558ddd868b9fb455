/**
 * How long the stick will last, from what shows its wear: syncs that take longer than they did, files that it damaged, and the bytes written to it. Pure. Flash
 * that wears out corrects more errors and erases more slowly for weeks before it loses data.
 */
import type { Health } from "@karibu/protocol/health";

/** One day of running. */
export interface StickDay {
  /** The site's date, days since 1970; where the time is not known, days of running. */
  readonly day: number;
  readonly syncs: number;
  readonly syncMs: number;
  readonly writtenBytes: number;
  /** Files set aside and records lost that a start of this day found, a power cut's torn end not counted. */
  readonly damaged: number;
}

export interface StickHistory {
  /** Mean sync of the first days, milliseconds; null: too few syncs yet. */
  readonly baselineMs: number | null;
  /** All bytes since the stick is here. */
  readonly writtenBytes: number;
  /** Oldest first, at most `daysKept`. */
  readonly days: readonly StickDay[];
}

export interface StickForecast {
  readonly health: Health;
  /** Replace within so many weeks; null: nothing points to it. */
  readonly weeks: number | null;
  readonly because: "slow" | "damage" | "wear" | null;
}

export const daysKept = 30;
/** Syncs that a mean needs. */
const syncsMin = 200;
/** A mean sync so much slower than at first, and of at least this length, is wear and not chance. */
const slowerBy = 4;
const slowMsMin = 50;
/** What a cheap 8 GB stick without wear levelling of small writes takes: 1,000 erasures of each of its blocks at a write amplification of 40. */
const stickEnduranceBytes = 200 * 1024 ** 3;

/** The worst of all that points to an end. */
export function forecastOf(
  { baselineMs, writtenBytes, days }: StickHistory,
  enduranceBytes: number = stickEnduranceBytes,
): StickForecast {
  const damagedDays = days.filter(({ damaged }) => damaged > 0).length;
  if (damagedDays > 1) return { health: "wrong", weeks: 1, because: "damage" };
  const recentMs = meanOf(days.slice(-3));
  const isSlow = baselineMs !== null && recentMs !== null && recentMs >= Math.max(slowMsMin, baselineMs * slowerBy);
  if (isSlow) return { health: "wrong", weeks: 4, because: "slow" };
  if (damagedDays > 0) return { health: "notice", weeks: 4, because: "damage" };
  const weeks = weeksOfWear(enduranceBytes - writtenBytes, days);
  if (weeks !== null && weeks <= 8) return { health: "notice", weeks: Math.max(1, weeks), because: "wear" };
  return { health: "ok", weeks: null, because: null };
}

/** Null: too few days to tell. */
function weeksOfWear(leftBytes: number, days: readonly StickDay[]): number | null {
  if (days.length < 3) return null;
  const aDay = days.reduce((sum, day) => sum + day.writtenBytes, 0) / days.length;
  return aDay === 0 ? null : Math.floor(Math.max(0, leftBytes) / aDay / 7);
}

/** Mean sync in milliseconds; null: too few. */
function meanOf(days: readonly StickDay[]): number | null {
  const syncs = days.reduce((sum, day) => sum + day.syncs, 0);
  return syncs < syncsMin ? null : days.reduce((sum, day) => sum + day.syncMs, 0) / syncs;
}

/** The history with one more day, or with more of its last day. A last day that is still to come was noted by a wrong clock: it becomes this one. */
export function withDay(history: StickHistory, day: StickDay): StickHistory {
  const last = history.days.at(-1);
  const isSame = last !== undefined && last.day >= day.day;
  const days = isSame ? [...history.days.slice(0, -1), sumOf(last, day)] : [...history.days, day];
  const kept = days.slice(-daysKept);
  // The first mean that there is stays: what comes later is compared with it.
  const baselineMs = history.baselineMs ?? meanOf(kept);
  return { baselineMs, writtenBytes: history.writtenBytes + day.writtenBytes, days: kept };
}

const sumOf = (one: StickDay, more: StickDay): StickDay => ({
  day: more.day,
  syncs: one.syncs + more.syncs,
  syncMs: one.syncMs + more.syncMs,
  writtenBytes: one.writtenBytes + more.writtenBytes,
  damaged: one.damaged + more.damaged,
});
