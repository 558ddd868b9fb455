/** How much of a package can be refunded: all of it while it is unused; afterwards by the provider's rule. Pure. */
import type { Terms } from "@karibu/protocol/plan";
import type { RefundUsed } from "../settings/refund-used.ts";

/** What sites have reported of the use of a grant. Null times: it was never used, as far as is known here. */
export interface GrantUse {
  readonly startedAtMs: number | null;
  readonly endsAtMs: number | null;
  readonly usedBytes: number;
  readonly usedSeconds: number;
  /** For how long staff had it paused: it ends later by that, and so much less of its time has run. Absent: never. */
  readonly pausedMs?: number;
}

export const unused: GrantUse = { startedAtMs: null, endsAtMs: null, usedBytes: 0, usedSeconds: 0 };

/** With what staff gave back of pauses, and would give back if the present one ended now. */
export const withPauses = (
  use: GrantUse,
  { givenMs, openMs }: { readonly givenMs: number; readonly openMs: number },
): GrantUse => ({
  ...use,
  endsAtMs: use.endsAtMs === null ? null : use.endsAtMs + openMs,
  pausedMs: givenMs + openMs,
});

/**
 * The part that is left, 0 to 1: of its calendar time, its time online and its data, whichever is least. A used package
 * without any limit has nothing left that could be measured.
 */
export function unusedPart(terms: Terms, use: GrantUse, nowMs: number): number {
  if (use.startedAtMs === null) return 1;
  const parts: number[] = [];
  if (use.endsAtMs !== null) {
    const wholeMs = use.endsAtMs - use.startedAtMs - (use.pausedMs ?? 0);
    parts.push(wholeMs <= 0 ? 0 : (use.endsAtMs - nowMs) / wholeMs);
  }
  if (terms.useSeconds !== null) parts.push(1 - use.usedSeconds / Math.max(1, terms.useSeconds));
  if (terms.dataBytes !== null) parts.push(1 - use.usedBytes / Math.max(1, terms.dataBytes));
  return parts.length === 0 ? 0 : Math.min(1, Math.max(0, Math.min(...parts)));
}

/** Most that may be refunded of what the package cost, in minor units; parts of a whole unit stay with the provider. */
export function refundableCents(
  rule: RefundUsed,
  priceCents: number,
  package_: { readonly terms: Terms; readonly use: GrantUse },
  nowMs: number,
): number {
  const part = unusedPart(package_.terms, package_.use, nowMs);
  if ((part === 1 && !ranInFreeHours(package_)) || rule === "any") return priceCents;
  if (rule === "refuse") return 0;
  // What binary fractions lose of a whole unit (a tenth that is left of 50.00 is 4.99999…) is the customer's.
  return Math.floor((priceCents * part) / 100 + 1e-6) * 100;
}

/** What runs in free hours takes nothing off the data that is left, and is use all the same: somebody was online for it. */
const ranInFreeHours = ({ terms, use }: { readonly terms: Terms; readonly use: GrantUse }): boolean =>
  use.usedSeconds > 0 && (terms.hours?.windows.some(({ isFree }) => isFree === true) ?? false);

/**
 * How much of what goes to the customer now they have twice by it: all that is more than was left of the price.
 * @param givenCents what they got back of it before, refunded by us or given back by the channel
 */
export const twiceOf = (
  { priceCents, givenCents }: { readonly priceCents: number; readonly givenCents: number },
  moreCents: number,
): number => Math.max(0, moreCents - Math.max(0, priceCents - givenCents));
