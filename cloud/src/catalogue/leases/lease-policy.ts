/** Who holds the lease of a voucher, and what a site that wants it must do. Pure. */
import type { LeaseUse } from "@karibu/protocol/feed";
import { bytes, seconds } from "@karibu/protocol/quantities";

export interface LeaseFacts {
  /** The batch's home site: it holds every lease at first. */
  readonly homeSiteId: string | null;
  /** Where the lease moved since; null: nowhere. */
  readonly moved: { readonly siteId: string; readonly movedAtMs: number; readonly use: LeaseUse } | null;
  /** The last release that the holder wrote into its journal, by the hub's clock. */
  readonly released: { readonly siteId: string; readonly releasedAtMs: number; readonly use: LeaseUse } | null;
  /** Sites at which the batch may be redeemed, including its home. */
  readonly siteIds: readonly string[];
}

export type ClaimPlan =
  /** The asker holds it already: the answer got lost, or its feed is behind. */
  | { readonly kind: "yours"; readonly use: LeaseUse }
  /** The holder has released it already and no site took it: move it. */
  | { readonly kind: "move"; readonly fromSiteId: string; readonly use: LeaseUse }
  | { readonly kind: "ask"; readonly holderSiteId: string; readonly leaseAtMs: number }
  /** The asker may not redeem this batch. */
  | { readonly kind: "refuse" };

export const unused: LeaseUse = { startedAtMs: null, endsAtMs: null, usedBytes: bytes(0), usedSeconds: seconds(0) };

/** @param releasedLeaseAtMs the lease that the asker says it has let go of; null: none */
export function planClaim(facts: LeaseFacts, askerSiteId: string, releasedLeaseAtMs: number | null = null): ClaimPlan {
  const holderSiteId = facts.moved?.siteId ?? facts.homeSiteId;
  if (holderSiteId === null || !facts.siteIds.includes(askerSiteId)) return { kind: "refuse" };
  const { released } = facts;
  const sinceMs = facts.moved?.movedAtMs ?? 0;
  if (released !== null && released.siteId === holderSiteId && released.releasedAtMs >= sinceMs)
    return { kind: "move", fromSiteId: holderSiteId, use: usedInAll(facts.moved?.use ?? unused, released.use) };
  // Its release is on the way: whoever asked for it gets it, with what was used.
  if (holderSiteId === askerSiteId && releasedLeaseAtMs === sinceMs) return { kind: "refuse" };
  if (holderSiteId === askerSiteId) return { kind: "yours", use: facts.moved?.use ?? unused };
  return { kind: "ask", holderSiteId, leaseAtMs: sinceMs };
}

/** A holder reports earlier use as well, unless it never learned of it: used amounts never shrink. */
function usedInAll(before: LeaseUse, reported: LeaseUse): LeaseUse {
  return {
    startedAtMs: reported.startedAtMs ?? before.startedAtMs,
    endsAtMs: reported.endsAtMs ?? before.endsAtMs,
    ...mostUsed(before, reported),
  };
}

const movesMax = 100;

/** The larger amounts of the two. */
export function mostUsed(one: LeaseUse, other: LeaseUse): Omit<LeaseUse, "startedAtMs" | "endsAtMs"> {
  const [period] = [one.period, other.period]
    .filter((known) => known !== undefined)
    .sort((left, right) => right.fromMs - left.fromMs || right.bytes - left.bytes);
  const moves = new Set([...(one.movedAtMs ?? []), ...(other.movedAtMs ?? [])]);
  return {
    usedBytes: bytes(Math.max(one.usedBytes, other.usedBytes)),
    usedSeconds: seconds(Math.max(one.usedSeconds, other.usedSeconds)),
    ...(period === undefined ? {} : { period }),
    ...(moves.size === 0 ? {} : { movedAtMs: [...moves].sort((left, right) => left - right).slice(-movesMax) }),
  };
}
