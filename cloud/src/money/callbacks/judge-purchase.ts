/** Judges the new evidence of one purchase in a transaction of its own: the single way, by a job or after a batch that could not take it. */
import type { Database, TransactionOptions, Tx } from "../../ground/db/database.ts";
import { isPassing } from "../../ground/db/passing.ts";
import { noteJudgeFailure } from "../evidence/failed-evidence.ts";
import { absorbEvidence } from "../purchases/absorb-evidence.ts";
import type { PurchaseId } from "../purchases/book-together.ts";
import { type PurchaseParts, peekPurchase } from "../purchases/purchase-rows.ts";
import { unreadableEvidence } from "../purchases/read-facts.ts";

/**
 * Throws what it can't be judged with, after that is noted: it is tried again, without what could not be read.
 * @param how its transactions are carried out
 */
export async function judgePurchase(
  parts: PurchaseParts & { readonly database: Database },
  { providerId, purchaseId }: PurchaseId,
  how: Pick<TransactionOptions, "urgent" | "byKeys" | "lockTimeout"> = {},
): Promise<void> {
  const { world, database } = parts;
  try {
    const judge = (tx: Tx) => absorbEvidence(parts, tx, providerId, purchaseId);
    await database.asProvider(providerId, judge, { ...how, prepared: true, byKeys: true });
  } catch (error) {
    const why = (error as Error).message;
    if (isPassing(error)) throw error;
    world.log.error("evidence-not-judged", { purchaseId, error: why });
    const note = async (tx: Tx) => {
      const unreadable = await unreadableEvidence(parts, tx, await peekPurchase(parts, tx, providerId, purchaseId));
      await noteJudgeFailure(parts, tx, { providerId, purchaseId }, { unreadable, why });
    };
    await database.asProvider(providerId, note, how);
    throw error;
  }
}
