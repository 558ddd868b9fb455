/** The rows of receipts: one real inflow each, once on its rail, whichever channel or source told of it. */
import type { Selectable, Updateable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { BookedReceipt } from "../ledger/entries.ts";
import type { ReceiptTables } from "./tables.ts";

export type ReceiptRow = Selectable<ReceiptTables["receipts"]>;

/** Notes of money in suspense whose owner is known. The channel's own word gives it to them. */
export const tooMuchUnverified = "too much is unverified";
export const couldNotBeGiven = "it could not be given";

/** Only a push has told of it, while too much was unverified: nobody gets it on the word of whoever claims to have paid. */
export function waitsForProof({ state, corroborated, note }: ReceiptRow): boolean {
  return state === "suspense" && !corroborated && note === tooMuchUnverified;
}

/** Locked until the transaction ends; null when it is not in the books. */
export async function readReceipt(tx: Tx, providerId: string, receipt: string): Promise<ReceiptRow | null> {
  const row = await tx
    .selectFrom("receipts")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("receipt", "=", receipt)
    .orderBy("rail")
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function setReceipt(
  tx: Tx,
  row: Pick<ReceiptRow, "provider_id" | "rail" | "receipt">,
  changes: Updateable<ReceiptTables["receipts"]>,
): Promise<void> {
  await tx
    .updateTable("receipts")
    .set(changes)
    .where("provider_id", "=", row.provider_id)
    .where("rail", "=", row.rail)
    .where("receipt", "=", row.receipt)
    .execute();
}

/** What its money had become, for the ledger. */
export function toBooked(row: ReceiptRow): BookedReceipt {
  return {
    receipt: row.receipt,
    amountCents: row.amount_cents,
    planCents: row.plan_cents,
    creditCents: row.credit_cents,
    suspenseCents: row.suspense_cents,
  };
}
