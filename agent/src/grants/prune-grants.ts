/**
 * Removes grants that are over from the state, and keeps only the reason why. No decision changes: what was rejected before is
 * rejected after, for the same reason. So it may run at any moment and needs no record.
 */
import type { Wall } from "@karibu/protocol/world";
import { forgetGrant } from "../state/apply-record.ts";
import type { SiteState, SpentReason, UsedGrant } from "../state/site-state.ts";
import { addSpent } from "../state/spent-grants.ts";
import { cutOffOf } from "./grant-period.ts";

/** Clock corrections, late reports and customers' questions come within this time. */
const keptAfterEndMs = 30 * 86_400_000;

/** Null: the grant stays. `isFed`: the hub still has the grant and may prolong it. */
function prunableAs(
  used: Pick<UsedGrant, "grant" | "settled">,
  usage: { readonly bytes: number; readonly onlineSeconds: number },
  facts: { readonly isOpen: boolean; readonly isFed: boolean },
  wall: Wall,
): SpentReason | null {
  const { grant, settled } = used;
  if (facts.isOpen || facts.isFed || grant.origin === "account") return null;
  const offAtMs = cutOffOf(grant, wall.atMs);
  if (offAtMs !== null) {
    const isLongOver = settled && wall.quality === "synced" && wall.atMs >= offAtMs + keptAfterEndMs;
    return isLongOver ? (grant.revokedAtMs === null ? "expired" : "revoked") : null;
  }
  // No date ends the grant. Used up is used up.
  if (grant.revokedAtMs !== null) return null;
  if (grant.terms.useSeconds !== null && usage.onlineSeconds >= grant.terms.useSeconds) return "time-used";
  return grant.terms.dataBytes !== null && usage.bytes >= grant.terms.dataBytes ? "data-used" : null;
}

/** Changes the state in place. Returns the number of removed grants. */
export function pruneGrants(state: SiteState, isFed: (grantId: string) => boolean, wall: Wall): number {
  const gone = new Set<string>();
  for (const [grantId, used] of state.grants) {
    const usage = state.usage.get(grantId) ?? { bytes: 0, onlineSeconds: 0 };
    const facts = { isOpen: state.open.byGrant.has(grantId), isFed: isFed(grantId) };
    const reason = prunableAs(used, usage, facts, wall);
    if (reason === null) continue;
    addSpent(state.spent, grantId, reason);
    forgetGrant(state, grantId);
    gone.add(grantId);
  }
  if (gone.size === 0) return 0;
  for (const [hash, { grantId }] of state.tokens) if (gone.has(grantId)) state.tokens.delete(hash);
  return gone.size;
}
