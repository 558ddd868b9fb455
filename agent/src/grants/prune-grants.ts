/**
 * Removes grants that are over from the state, and keeps only the reason why. No decision changes: what was rejected before is
 * rejected after. So it may run at any moment and needs no record. Then lets go of what belonged to them (`prune-rests.ts`).
 */

import { deviceOfToken } from "@karibu/protocol/device-key";
import { freeGrantId, freeRefOf } from "@karibu/protocol/grant-id";
import type { Terms } from "@karibu/protocol/plan";
import type { Wall } from "@karibu/protocol/world";
import { forgetGrant } from "../state/grant-fold.ts";
import type { SiteState, SpentReason, UsedGrant } from "../state/site-state.ts";
import { addSpent } from "../state/spent-grants.ts";
import { cutOffOf } from "./grant-period.ts";
import { type PruneFacts, pruneRests } from "./prune-rests.ts";

/** Clock corrections, late reports, customers' questions and what staff give them come within this time. */
const keptAfterEndMs = 30 * 86_400_000;

interface GrantFacts {
  readonly isOpen: boolean;
  readonly isFed: boolean;
  readonly isPastPeriod: boolean;
  /** When its last session ended, of those that are kept; null: none is. The first question reads all sessions. */
  lastUsedMs(): number | null;
}

/** Null: the grant stays. */
function prunableAs(
  used: Pick<UsedGrant, "grant" | "settled">,
  usage: { readonly bytes: number; readonly onlineSeconds: number },
  facts: GrantFacts,
  wall: Wall,
): SpentReason | null {
  const { grant, settled } = used;
  if (facts.isOpen || facts.isFed) return null;
  // An account's present period stays: its row in the feed says only what it is worth, and not that it was used.
  if (grant.origin === "account" && !facts.isPastPeriod) return null;
  const isLongAgo = (atMs: number) => wall.quality === "synced" && wall.atMs >= atMs + keptAfterEndMs;
  const offAtMs = cutOffOf(grant, wall.atMs);
  if (offAtMs !== null) {
    return settled && isLongAgo(offAtMs) ? (grant.revokedAtMs === null ? "expired" : "revoked") : null;
  }
  // No date ends the grant. Used up is used up, but for free hours, which let it in all the same.
  const reason = grant.revokedAtMs === null ? usedUpAs(grant.terms, usage) : null;
  const lastUsedMs = reason === null ? null : facts.lastUsedMs();
  return lastUsedMs !== null && !isLongAgo(lastUsedMs) ? null : reason;
}

function usedUpAs(
  { useSeconds, dataBytes, hours }: Terms,
  used: { readonly bytes: number; readonly onlineSeconds: number },
): SpentReason | null {
  if (useSeconds !== null && used.onlineSeconds >= useSeconds) return "time-used";
  if (hours != null) return null;
  return dataBytes !== null && used.bytes >= dataBytes ? "data-used" : null;
}

/** By grant: when its last session ended. */
function lastEnds(state: SiteState): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { grantId, stoppedAtMs } of state.sessions.values())
    if (grantId !== null) ends.set(grantId, Math.max(ends.get(grantId) ?? 0, stoppedAtMs ?? 0));
  return ends;
}

/** Changes the state in place. Returns the number of removed grants. */
export function pruneGrants(state: SiteState, known: PruneFacts, wall: Wall): number {
  let gone = 0;
  let ends: Map<string, number> | null = null;
  for (const [grantId, used] of state.grants) {
    const usage = state.usage.get(grantId) ?? { bytes: 0, onlineSeconds: 0 };
    const facts = {
      isOpen: state.open.byGrant.has(grantId),
      // What a damaged feed lacks comes again, as what staff gave.
      isFed: !known.isComplete || known.isFed(grantId),
      isPastPeriod: known.isComplete && known.catalogue.isPastPeriod(grantId),
      lastUsedMs: () => {
        ends ??= lastEnds(state);
        return ends.get(grantId) ?? null;
      },
    };
    const reason = prunableAs(used, usage, facts, wall);
    if (reason === null) continue;
    addSpent(state.spent, grantId, reason, wall.atMs);
    const free = freeRefOf(grantId);
    // Whoever had a trial and comes with another cookie is known by the MAC: its hash stands where the cookie's does.
    if (free?.what === "trial")
      for (const { mac } of state.slots.get(grantId) ?? [])
        if (mac !== null)
          addSpent(state.spent, freeGrantId({ ...free, device: deviceOfToken(mac) }), reason, wall.atMs);
    forgetGrant(state, grantId);
    gone += 1;
  }
  gone += pruneSales(state, wall);
  pruneRests(state, known, wall);
  return gone;
}

/** Sales for cash that nobody began, and that a date has ended. */
function pruneSales(state: SiteState, wall: Wall): number {
  if (wall.quality !== "synced") return 0;
  let gone = 0;
  for (const [grantId, { grant }] of state.sales) {
    const { validUntilMs } = grant.terms;
    if (state.grants.has(grantId) || validUntilMs === null || wall.atMs < validUntilMs + keptAfterEndMs) continue;
    addSpent(state.spent, grantId, "expired", wall.atMs);
    forgetGrant(state, grantId);
    gone += 1;
  }
  return gone;
}
