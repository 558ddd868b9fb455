/** What other rooms ask of receipts, each a question with one answer. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { type ReceiptRow, readReceipt } from "./receipt-rows.ts";

/** What else of its rail was paid for this purchase, the oldest first. */
export const othersOfPurchase = (tx: Tx, row: ReceiptRow, purchaseId: string) =>
  tx
    .selectFrom("receipts")
    .select(["receipt", "purchaseId", "amountCents", "state", "source", "corroborated"])
    .where("providerId", "=", row.providerId)
    .where("purchaseId", "=", purchaseId)
    .where("rail", "=", row.rail)
    .where("receipt", "!=", row.receipt)
    .orderBy("bookedAtMs")
    .execute();

/** Has the channel itself vouched for this receipt? */
export async function isCorroborated(
  tx: Tx,
  { providerId, channelId }: { readonly providerId: string; readonly channelId: string },
  receipt: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom("receipts")
    .select("corroborated")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("receipt", "=", receipt)
    .executeTakeFirst();
  return row?.corroborated === true;
}

/** The receipt that paid most of a purchase's plan; null: none paid it. */
export async function mainReceiptOf(tx: Tx, providerId: string, purchaseId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .orderBy("planCents", "desc")
    .executeTakeFirst();
  return row?.receipt ?? null;
}

/** Did it leave suspense since it was read? */
export async function isOutOfSuspense(tx: Tx, { providerId, rail, receipt }: ReceiptRow): Promise<boolean> {
  const now = await tx
    .selectFrom("receipts")
    .select("state")
    .where("providerId", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "=", receipt)
    .executeTakeFirst();
  return now?.state !== "suspense";
}

/** The newest receipt of this channel that the channel itself has vouched for; null: there is none. */
export async function newestKnown(
  tx: Tx,
  { providerId, channelId }: { readonly providerId: string; readonly channelId: string },
): Promise<string | null> {
  const row = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("corroborated", "=", true)
    .orderBy("bookedAtMs", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.receipt ?? null;
}

/** Is the receipt of a row in the books? @param table has `provider_id` and `receipt` */
export const isBooked = (table: string): RawBuilder<boolean> => sql`exists (select from receipts booked
  where booked.provider_id = ${sql.ref(`${table}.providerId`)} and booked.receipt = ${sql.ref(`${table}.receipt`)})`;

/** Receipts of a channel that a callback alone vouches for, to go on with. */
export const selectUnproved = (
  tx: Tx,
  { providerId, channelId }: { readonly providerId: string; readonly channelId: string },
  bookedSinceMs: number,
) =>
  tx
    .selectFrom("receipts")
    .select("receipt")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("corroborated", "=", false)
    .where("state", "in", ["booked", "credit", "suspense"])
    .where("bookedAtMs", ">", bookedSinceMs);

/** Money without an owner, to go on with. */
export const selectLoose = (tx: Tx, providerId: string) =>
  tx.selectFrom("receipts").where("providerId", "=", providerId).where("state", "=", "suspense");

/** Of these, the first that is in the books, locked until the transaction ends; null: none is, or it was never there. */
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

/** The payment that money waits for. Null: it waits for none. */
export async function purchaseHeldFor(
  tx: Tx,
  { providerId, rail, receipt }: { readonly providerId: string; readonly rail: string; readonly receipt: string },
): Promise<string | null> {
  const row = await tx
    .selectFrom("receipts")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "=", receipt)
    .executeTakeFirst();
  return row?.purchaseId ?? null;
}

/** What is known of these receipts, on whatever rail. */
export const receiptsNumbered = (tx: Tx, providerId: string, receipts: readonly string[]) =>
  tx
    .selectFrom("receipts")
    .select(["rail", "receipt", "state", "note", "accountText", "payerHash", "payerMasked"])
    .where("providerId", "=", providerId)
    .where("receipt", "in", receipts)
    .execute();
