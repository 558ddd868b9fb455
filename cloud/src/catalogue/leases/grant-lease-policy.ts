/** Who holds a bought grant, what a site that wants it must do, and what is left when it moves. Pure. */
import type { LeaseUse } from "@karibu/protocol/feed";
import type { Terms } from "@karibu/protocol/plan";
import { termsLeft } from "@karibu/protocol/terms-left";

export interface GrantFacts {
  /** Where it was bought. */
  readonly homeSiteId: string;
  readonly holderSiteId: string;
  /** Revoked, or so long over that its site has forgotten it. */
  readonly isOver: boolean;
  /** The release that the holder wrote into its journal; null: none. */
  readonly released: LeaseUse | null;
  /** Sites that share bought grants. */
  readonly roamingSiteIds: readonly string[];
}

export type GrantClaimPlan =
  | { readonly kind: "unknown" }
  /** The asker holds it already. */
  | { readonly kind: "yours" }
  | { readonly kind: "refuse" }
  | { readonly kind: "ask" }
  /** The holder has released it and no site took it. */
  | { readonly kind: "move"; readonly use: LeaseUse };

export function planGrantClaim(facts: GrantFacts, askerSiteId: string): GrantClaimPlan {
  const { homeSiteId, holderSiteId, released, roamingSiteIds } = facts;
  if (facts.isOver) return { kind: "unknown" };
  if (released !== null && (holderSiteId === askerSiteId || mayRoam(homeSiteId, askerSiteId, roamingSiteIds)))
    return { kind: "move", use: released };
  if (holderSiteId === askerSiteId) return { kind: "yours" };
  return mayRoam(homeSiteId, askerSiteId, roamingSiteIds) ? { kind: "ask" } : { kind: "refuse" };
}

/** It may always return to its home site. */
function mayRoam(homeSiteId: string, askerSiteId: string, roamingSiteIds: readonly string[]): boolean {
  if (askerSiteId === homeSiteId) return true;
  return roamingSiteIds.includes(homeSiteId) && roamingSiteIds.includes(askerSiteId);
}

export interface Held {
  readonly terms: Terms;
  readonly startedAtMs: number | null;
  readonly endsAtMs: number | null;
}

/** Start and end stay the same; used data is subtracted. */
export function whatIsLeft({ terms, startedAtMs, endsAtMs }: Held, use: LeaseUse): Held {
  return {
    startedAtMs: use.startedAtMs ?? startedAtMs,
    endsAtMs: use.endsAtMs ?? endsAtMs,
    terms: termsLeft(terms, use),
  };
}
