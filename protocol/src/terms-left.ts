/** What is left of a grant where its lease moves: sites and the hub reckon alike. Pure. */
import type { LeaseUse } from "./feed.ts";
import type { Terms } from "./plan.ts";
import { bytes, seconds } from "./quantities.ts";

/**
 * Of data and time online the rest; what counts against the fair use, and moves to other devices, go along, for they end with their period, or a day
 * later, and not with the lease.
 */
export function termsLeft(terms: Terms, use: LeaseUse): Terms {
  const { dataBytes, useSeconds, fairUse } = terms;
  const { period, movedAtMs } = use;
  return {
    ...terms,
    dataBytes: dataBytes === null ? null : bytes(Math.max(0, dataBytes - use.usedBytes)),
    useSeconds: useSeconds === null ? null : seconds(Math.max(0, useSeconds - use.usedSeconds)),
    ...(fairUse == null || period === undefined ? {} : { fairUse: { ...fairUse, elsewhere: period } }),
    ...(movedAtMs === undefined ? {} : { movedAtMs }),
  };
}
