/** The review mark of a payment: it stands on the list of what a person should review, with the reason. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { PurchaseRow } from "./purchase-rows.ts";
import type { Review } from "./transition/purchase-facts.ts";

type PurchaseId = Pick<PurchaseRow, "providerId" | "purchaseId">;

/** A person has reviewed it. @param onlyMarked false: a payment without a mark counts as reviewed too. @returns false: there is none */
export async function clearReview(tx: Tx, world: World, id: PurchaseId, onlyMarked: boolean): Promise<boolean> {
  const changed = await tx
    .updateTable("purchases")
    .set({ review: null, changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", id.providerId)
    .where("purchaseId", "=", id.purchaseId)
    .$if(onlyMarked, (is) => is.where("review", "is not", null))
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** Takes off the mark "reversed": we asked for the reversal ourselves, so there is nothing to review. */
export async function clearReversedReview(
  tx: Tx,
  id: { readonly providerId: string; readonly purchaseId: string | null },
): Promise<void> {
  await tx
    .updateTable("purchases")
    .set({ review: null })
    .where("providerId", "=", id.providerId)
    .where("purchaseId", "=", id.purchaseId)
    .where("review", "=", "reversed")
    .execute();
}

export function markForReview(
  tx: Tx,
  world: World,
  id: { readonly providerId: string; readonly purchaseId: string | null },
  review: Review,
): Promise<Pick<PurchaseRow, "purchaseId" | "state">> {
  return tx
    .updateTable("purchases")
    .set({ review, changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", id.providerId)
    .where("purchaseId", "=", id.purchaseId)
    .returning(["purchaseId", "state"])
    .executeTakeFirstOrThrow();
}
