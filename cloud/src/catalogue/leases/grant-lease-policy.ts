/** Who holds a bought grant, what a site that wants it must do, and what is left of it when it moves. Pure. */
import type { LeaseUse } from "@karibu/protocol/feed";
import type { Terms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";

export interface GrantFacts {
  /** Where it was bought. */
  readonly homeSiteId: string;
  readonly holderSiteId: string;
  readonly isRevoked: boolean;
  /** What the holder wrote into its journal that it let go of; null: it did not. */
  readonly released: LeaseUse | null;
  /** Sites among which bought grants may be used. */
  readonly roamingSiteIds: readonly string[];
}

export type GrantClaimPlan =
  | { readonly kind: "unknown" }
  /** The asker holds it already. */
  | { readonly kind: "yours" }
  | { readonly kind: "refuse" }
  | { readonly kind: "ask" }
  /** The holder has let go and nobody took it. */
  | { readonly kind: "move"; readonly use: LeaseUse };

export function planGrantClaim(facts: GrantFacts, askerSiteId: string): GrantClaimPlan {
  const { homeSiteId, holderSiteId, released, roamingSiteIds } = facts;
  if (facts.isRevoked) return { kind: "unknown" };
  if (released !== null && (holderSiteId === askerSiteId || mayRoam(homeSiteId, askerSiteId, roamingSiteIds)))
    return { kind: "move", use: released };
  if (holderSiteId === askerSiteId) return { kind: "yours" };
  return mayRoam(homeSiteId, askerSiteId, roamingSiteIds) ? { kind: "ask" } : { kind: "refuse" };
}

/** Home it may come always. */
function mayRoam(homeSiteId: string, askerSiteId: string, roamingSiteIds: readonly string[]): boolean {
  if (askerSiteId === homeSiteId) return true;
  return roamingSiteIds.includes(homeSiteId) && roamingSiteIds.includes(askerSiteId);
}

export interface Held {
  readonly terms: Terms;
  readonly startedAtMs: number | null;
  readonly endsAtMs: number | null;
}

/** The start and the end stay what they were; what was used is taken off. */
export function whatIsLeft({ terms, startedAtMs, endsAtMs }: Held, use: LeaseUse): Held {
  const { dataBytes, useSeconds } = terms;
  return {
    startedAtMs: use.startedAtMs ?? startedAtMs,
    endsAtMs: use.endsAtMs ?? endsAtMs,
    terms: {
      ...terms,
      dataBytes: dataBytes === null ? null : bytes(Math.max(0, dataBytes - use.usedBytes)),
      useSeconds: useSeconds === null ? null : seconds(Math.max(0, useSeconds - use.usedSeconds)),
    },
  };
}
