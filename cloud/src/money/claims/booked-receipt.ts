/** Receipts that are in the books, by any way to read their letters. */
import type { Tx } from "../../ground/db/database.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";

/** The first of them that is in the books, locked until the transaction ends; null: none is, or it was never there. */
export async function firstBooked(tx: Tx, providerId: string, receipts: readonly string[]): Promise<ReceiptRow | null> {
  const rows = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("providerId", "=", providerId)
    .where("receipt", "in", receipts)
    .where("state", "!=", "disproved")
    .execute();
  const first = receipts.find((receipt) => rows.some((row) => row.receipt === receipt));
  return first === undefined ? null : readReceipt(tx, providerId, first);
}
