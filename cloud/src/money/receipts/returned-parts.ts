/** Parts of a receipt that went back to its payer at the channel, while the rest stayed. */
import type { Tx } from "../../ground/db/database.ts";
import { postedSum } from "../ledger/posted-sum.ts";
import type { ReceiptRow } from "./receipt-rows.ts";

/** The key of the entry that books such a part. @param by the channel's own name of what went back */
export const returnedPartKey = (row: Pick<ReceiptRow, "rail" | "receipt">, by: string): string =>
  `reversal:${row.rail}:${row.receipt}:part:${by}`;

/** How much of it had paid for the plan, minor units: that is a refund of the plan already. What bought nothing goes back first. */
export async function returnedOfPlan(tx: Tx, row: ReceiptRow): Promise<number> {
  const { provider_id: providerId, purchase_id: purchaseId } = row;
  if (row.returned_cents === 0 || purchaseId === null) return 0;
  return postedSum(tx, { providerId, purchaseId, keyBegins: returnedPartKey(row, "") }, "refunds");
}
