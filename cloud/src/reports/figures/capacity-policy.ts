/** When an uplink will be full, from what its router received hour by hour. Pure. */
import { quantile } from "./forecast-policy.ts";

/** Of its speed: above it pages become slow for everybody. */
const fullShare = 0.85;
const weekDays = 7;
/** The one hour in twenty that is busiest. */
const busyShare = 0.95;
const weeksLeast = 4;
const daysAheadMax = 365;

export interface UplinkDay {
  /** `2026-11-22`. */
  readonly day: string;
  /** Bits per second; null: not known. */
  readonly hours: readonly (number | null)[];
}

export interface Capacity {
  /** Of the last two weeks, bits per second. Null: nothing is known of them. */
  readonly busiest: number | null;
  readonly loadPermille: number | null;
  /** Hours in which it was full. Null: its speed is not known. */
  readonly fullHours: number | null;
  /** By which the busiest hours grow in 30 days, of what they are. Null: less than four weeks are known. */
  readonly growthPermille: number | null;
  /** `already`, a number of days from the last one, `not-soon`; null: not known. */
  readonly fullIn: number | "already" | "not-soon" | null;
}

/** @param days oldest first @param downBits the uplink's speed; null: nobody has said */
export function judgeCapacity(days: readonly UplinkDay[], downBits: number | null): Capacity {
  const known = (some: readonly UplinkDay[]) => some.flatMap(({ hours }) => hours.filter((bits) => bits !== null));
  const recent = known(days.slice(-2 * weekDays));
  const busiest = recent.length === 0 ? null : quantile(recent, busyShare);
  const weeks: number[] = [];
  for (let end = days.length; end - weekDays >= 0; end -= weekDays) {
    const hours = known(days.slice(end - weekDays, end));
    if (hours.length > 0) weeks.unshift(quantile(hours, busyShare));
  }
  const slope = weeks.length < weeksLeast ? null : slopeOf(weeks);
  const growthPermille =
    slope === null || busiest === null || busiest === 0 ? null : Math.round((slope * 30 * 1000) / weekDays / busiest);
  if (downBits === null || busiest === null)
    return { busiest, loadPermille: null, fullHours: null, growthPermille, fullIn: null };
  const full = downBits * fullShare;
  return {
    busiest,
    loadPermille: Math.round((busiest * 1000) / downBits),
    fullHours: known(days).filter((bits) => bits >= full).length,
    growthPermille,
    fullIn: busiest >= full ? "already" : daysUntil(full - busiest, slope),
  };
}

function daysUntil(room: number, slope: number | null): Capacity["fullIn"] {
  if (slope === null) return null;
  const days = slope <= 0 ? Number.POSITIVE_INFINITY : Math.ceil((room / slope) * weekDays);
  return days > daysAheadMax ? "not-soon" : days;
}

/** Least squares: by how much a value is above the one before. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [above, below] = [0, 0];
  for (const [at, value] of values.entries()) {
    above += (at - middle) * (value - mean);
    below += (at - middle) ** 2;
  }
  return above / below;
}
