/** What a grant's data counts against: its data limit, its fair-use period, or nothing. Part of the fold, and of what is not written yet. */

import type { FairUse } from "@karibu/protocol/plan";
import type { UnixMs } from "@karibu/protocol/quantities";

/** As a journal record says it. */
export interface Charge {
  readonly periodFromMs?: UnixMs | undefined;
  readonly isFree?: boolean | undefined;
}

export const plainCharge: Charge = {};

/** What was used in the newest fair-use period. `fromMs` 0: nobody knew the date then. */
export interface PeriodUse {
  readonly fromMs: number;
  readonly bytes: number;
}

export interface ChargedUsage {
  /** Without what was used in free hours. */
  bytes: number;
  onlineSeconds: number;
  /** Absent: the grant never had a fair-use period. */
  period?: PeriodUse;
}

/** What a grant has used here, as the speed needs it. */
export interface CountedUse {
  readonly bytes: number;
  readonly period?: PeriodUse | undefined;
}

/** In the newest period that is known, here and at the sites that had the grant before. */
export function periodUseOf({ period, elsewhere }: FairUse, use: CountedUse): PeriodUse {
  const here = (period === "grant" ? { fromMs: 0, bytes: use.bytes } : use.period) ?? { fromMs: 0, bytes: 0 };
  if (elsewhere === undefined || elsewhere.fromMs < here.fromMs) return here;
  return elsewhere.fromMs > here.fromMs ? elsewhere : { ...here, bytes: here.bytes + elsewhere.bytes };
}

/**
 * Adds data in place. A newer period begins with nothing. An older one is the same period after the clock was set back, or a longer one of
 * another plan: what was counted goes on counting. Where nobody knew the period, the last one goes on.
 */
export function chargeBytes(usage: ChargedUsage, addedBytes: number, { periodFromMs, isFree }: Charge): void {
  if (isFree === true || addedBytes === 0) return;
  usage.bytes += addedBytes;
  const { period } = usage;
  if (periodFromMs === undefined) {
    if (period !== undefined) usage.period = { ...period, bytes: period.bytes + addedBytes };
    return;
  }
  const before = period === undefined || periodFromMs > period.fromMs ? 0 : period.bytes;
  usage.period = { fromMs: periodFromMs, bytes: before + addedBytes };
}

export function sameCharge(left: Charge, right: Charge): boolean {
  return left.periodFromMs === right.periodFromMs && (left.isFree === true) === (right.isFree === true);
}

/** As a record says it: nothing, where the data counts against the data limit alone. */
export function chargeOfRecord({ periodFromMs, isFree }: Charge) {
  return {
    ...(periodFromMs === undefined ? {} : { periodFromMs }),
    ...(isFree === true ? { isFree: true } : {}),
  };
}
