/** The review mark of a payment: it stands on the list of what a person should review, with the reason. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { PurchaseRow } from "./purchase-rows.ts";
import type { Review } from "./transition/purchase-facts.ts";

type PurchaseId = Pick<PurchaseRow, "provider_id" | "purchase_id">;

/** A person has reviewed it. @param onlyMarked false: a payment without a mark counts as reviewed too. @returns false: there is none */
export async function clearReview(tx: Tx, world: World, id: PurchaseId, onlyMarked: boolean): Promise<boolean> {
  const changed = await tx
    .updateTable("purchases")
    .set({ review: null, changed_at_ms: world.clock.wall().atMs })
    .where("provider_id", "=", id.provider_id)
    .where("purchase_id", "=", id.purchase_id)
    .$if(onlyMarked, (is) => is.where("review", "is not", null))
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** Takes off the mark "reversed": we asked for the reversal ourselves, so there is nothing to review. */
export async function clearReversedReview(
  tx: Tx,
  id: { readonly provider_id: string; readonly purchase_id: string | null },
): Promise<void> {
  await tx
    .updateTable("purchases")
    .set({ review: null })
    .where("provider_id", "=", id.provider_id)
    .where("purchase_id", "=", id.purchase_id)
    .where("review", "=", "reversed")
    .execute();
}

export function markForReview(
  tx: Tx,
  world: World,
  id: { readonly provider_id: string; readonly purchase_id: string | null },
  review: Review,
): Promise<Pick<PurchaseRow, "purchase_id" | "state">> {
  return tx
    .updateTable("purchases")
    .set({ review, changed_at_ms: world.clock.wall().atMs })
    .where("provider_id", "=", id.provider_id)
    .where("purchase_id", "=", id.purchase_id)
    .returning(["purchase_id", "state"])
    .executeTakeFirstOrThrow();
}
