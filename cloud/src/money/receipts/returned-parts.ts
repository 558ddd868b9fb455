/** Parts of a receipt that went back to its payer at the channel, while the rest stayed. */
import type { ReceiptRow } from "./receipt-rows.ts";

/** The key of the entry that books such a part. @param by the channel's own name of what went back */
export const returnedPartKey = (row: Pick<ReceiptRow, "rail" | "receipt">, by: string): string =>
  `reversal:${row.rail}:${row.receipt}:part:${by}`;
