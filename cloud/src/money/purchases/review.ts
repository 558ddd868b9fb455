/** The review mark of a payment: it stands on the list of what a person should review, with the reason. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { IntentRow } from "./intent-rows.ts";
import type { Review } from "./transition/purchase-facts.ts";

type IntentId = Pick<IntentRow, "provider_id" | "intent_id">;

/** A person has reviewed it. @param onlyMarked false: a payment without a mark counts as reviewed too. @returns false: there is none */
export async function clearReview(tx: Tx, world: World, id: IntentId, onlyMarked: boolean): Promise<boolean> {
  const changed = await tx
    .updateTable("intents")
    .set({ review: null, changed_at_ms: world.clock.wall().atMs })
    .where("provider_id", "=", id.provider_id)
    .where("intent_id", "=", id.intent_id)
    .$if(onlyMarked, (is) => is.where("review", "is not", null))
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** Takes off the mark "reversed": we asked for the reversal ourselves, so there is nothing to review. */
export async function clearReversedReview(
  tx: Tx,
  id: { readonly provider_id: string; readonly intent_id: string | null },
): Promise<void> {
  await tx
    .updateTable("intents")
    .set({ review: null })
    .where("provider_id", "=", id.provider_id)
    .where("intent_id", "=", id.intent_id)
    .where("review", "=", "reversed")
    .execute();
}

export function markForReview(
  tx: Tx,
  world: World,
  id: { readonly provider_id: string; readonly intent_id: string | null },
  review: Review,
): Promise<Pick<IntentRow, "intent_id" | "state">> {
  return tx
    .updateTable("intents")
    .set({ review, changed_at_ms: world.clock.wall().atMs })
    .where("provider_id", "=", id.provider_id)
    .where("intent_id", "=", id.intent_id)
    .returning(["intent_id", "state"])
    .executeTakeFirstOrThrow();
}
