/** The time from callback to grant, for each second of a run in which callbacks came. Pure. */
import { share, sorted } from "./shares.ts";
import type { Booking } from "./what-is-booked.ts";

export interface Second {
  /** From the first callback. */
  readonly second: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export function eachSecond(bookings: readonly Booking[]): Second[] {
  const firstMs = bookings.reduce((first, { cameMs }) => Math.min(first, cameMs), Number.POSITIVE_INFINITY);
  const bySecond = Map.groupBy(bookings, ({ cameMs }) => Math.floor((cameMs - firstMs) / 1000));
  return [...bySecond]
    .map(([second, own]) => {
      const waitsMs = sorted(own.map(({ cameMs, bookedMs }) => bookedMs - cameMs));
      return { second, p50Ms: share(waitsMs, 0.5), p99Ms: share(waitsMs, 0.99) };
    })
    .sort((one, other) => one.second - other.second);
}
