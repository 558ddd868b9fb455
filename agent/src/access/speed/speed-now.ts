/**
 * What speed a grant has now, and whether its data counts: the plan's own speed, that of an hour of the day, or the slower one after the
 * fair-use quota. Pure: terms, use and clock go in.
 */
import type { Burst, FairUse, Hours, Terms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import type { Wall } from "@karibu/protocol/world";
import { type Charge, type CountedUse, periodUseOf } from "../../state/charged-usage.ts";

export interface SpeedNow {
  /** Null: no limit. */
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly burst: Burst | null;
  /** The quota is used: slower until the turn. */
  readonly isSlow: boolean;
  /** Data counts against nothing now. */
  readonly isFree: boolean;
}

type SpeedTerms = Pick<Terms, "downKbps" | "upKbps" | "burst" | "fairUse" | "hours">;

const dayMs = 24 * 3600 * 1000;
const weekMs = 7 * dayMs;
const minuteMs = 60_000;

/** Does the grant's speed change by itself, or does its data count by the hour? */
export function hasMovingSpeed({ fairUse, hours }: Pick<Terms, "fairUse" | "hours">): boolean {
  return fairUse != null || hours != null;
}

/** Free hours make nobody slower. Who has used the quota gets no burst, and in an hour with a speed of its own the lower of the two. */
export function speedNow(terms: SpeedTerms, use: CountedUse, clock: Wall): SpeedNow {
  const { fairUse, hours } = terms;
  const window = hours == null || clock.quality === "unknown" ? null : windowAt(hours, clock.atMs);
  const isFree = window?.isFree === true;
  const ownSpeed = window?.downKbps !== undefined || window?.upKbps !== undefined;
  const usual = ownSpeed
    ? { downKbps: window?.downKbps ?? terms.downKbps, upKbps: window?.upKbps ?? terms.upKbps, burst: null }
    : { downKbps: terms.downKbps, upKbps: terms.upKbps, burst: terms.burst };
  if (fairUse == null || isFree || usedInPeriod(fairUse, use, clock) < fairUse.quotaBytes)
    return { ...usual, isSlow: false, isFree };
  return {
    downKbps: lower(usual.downKbps, fairUse.downKbps),
    upKbps: lower(usual.upKbps, fairUse.upKbps),
    burst: null,
    isSlow: true,
    isFree,
  };
}

/** Bytes that count against the quota now. While nobody knows the date, the last known period goes on. */
function usedInPeriod(fairUse: FairUse, use: CountedUse, clock: Wall): number {
  const { fromMs, bytes } = periodUseOf(fairUse, use);
  return clock.quality === "unknown" || fromMs >= periodStartMs(fairUse, clock.atMs) ? bytes : 0;
}

/**
 * The period's beginning: midnight of the day, of the week's Monday, or of the month's first day, on the plan's clock. `grant`: always 0.
 */
export function periodStartMs(
  { period, utcOffsetMinutes }: Pick<FairUse, "period" | "utcOffsetMinutes">,
  atMs: number,
): number {
  if (period === "grant") return 0;
  const offsetMs = utcOffsetMinutes * minuteMs;
  const localMs = atMs + offsetMs;
  const midnightMs = Math.floor(localMs / dayMs) * dayMs;
  // 1970-01-01 was a Thursday: the Monday before was three days earlier.
  if (period === "week") return Math.floor((localMs + 3 * dayMs) / weekMs) * weekMs - 3 * dayMs - offsetMs;
  if (period === "day") return midnightMs - offsetMs;
  return midnightMs - (new Date(midnightMs).getUTCDate() - 1) * dayMs - offsetMs;
}

/** The first window that is open. One that passes midnight belongs to the day on which it opens. */
export function windowAt({ utcOffsetMinutes, windows }: Hours, atMs: number): Hours["windows"][number] | null {
  // Minute 0 of the week is Sunday's midnight; 1970-01-01 was a Thursday.
  const inWeekMs = modulo(atMs + utcOffsetMinutes * minuteMs + 4 * dayMs, weekMs);
  const isOpen = ({ days, fromMinute, toMinute }: Hours["windows"][number]) =>
    days.some((day) => {
      const sinceMs = modulo(inWeekMs - (day * 24 * 60 + fromMinute) * minuteMs, weekMs);
      return sinceMs < (toMinute - fromMinute) * minuteMs;
    });
  return windows.find(isOpen) ?? null;
}

/** What data counts against that is used now. */
export function chargeNow({ fairUse, hours }: Pick<Terms, "fairUse" | "hours">, clock: Wall): Charge {
  if (clock.quality === "unknown") return {};
  if (hours != null && windowAt(hours, clock.atMs)?.isFree === true) return { isFree: true };
  if (fairUse == null || fairUse.period === "grant") return {};
  return { periodFromMs: unixMs(Math.max(0, periodStartMs(fairUse, clock.atMs))) };
}

function lower(usual: number | null, slow: number): number {
  return usual === null ? slow : Math.min(usual, slow);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
