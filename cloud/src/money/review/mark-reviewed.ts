/** A person has reviewed something on the review list. Each cause leaves the list in its own way, and nothing is thrown away. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { markClaimReviewed } from "../claims/claim-log.ts";
import { markUnmatchedReviewed } from "../evidence/evidence-rows.ts";
import { markUnknownCodeReviewed } from "../evidence/unknown-codes.ts";
import { clearReview } from "../purchases/review.ts";
import { acceptAmount, unfreeze } from "../receipts/receipt-rows.ts";

/** What a review alone takes off the list. Money in suspense needs an owner, and a refund is settled. */
export const reviewedKinds = ["payment", "frozen", "amounts", "unmatched", "unread", "claim"] as const;
export type ReviewedKind = (typeof reviewedKinds)[number];

/** @returns false: there is no such thing on the list */
export function markReviewed(
  world: World,
  tx: Tx,
  providerId: string,
  { kind, id }: { readonly kind: ReviewedKind; readonly id: string },
): Promise<boolean> {
  const nowMs = world.clock.wall().atMs;
  switch (kind) {
    case "payment":
      return clearReview(tx, world, { providerId, purchaseId: id }, true);
    case "frozen":
      return unfreeze(tx, providerId, id);
    case "amounts":
      return acceptAmount(tx, providerId, id);
    case "unmatched":
      return markUnmatchedReviewed(tx, { providerId, evidenceId: id }, nowMs);
    case "unread":
      return markUnknownCodeReviewed(tx, providerId, id, nowMs);
    case "claim":
      return markClaimReviewed(tx, providerId, id, nowMs);
  }
}
