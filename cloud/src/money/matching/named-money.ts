/**
 * Money in suspense that is a purchase's: it names that by its reference, or had made it when it came first. It came while the hub did not have that
 * purchase, which a restore had lost, and which its site gave back later.
 */
import { sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import { purchaseGivenBack } from "../purchases/purchase-for-receipt.ts";
import { inflowKey, namedMoneyJob, type PurchaseParts } from "../purchases/purchase-rows.ts";
import { selectLoose } from "../receipts/known-receipts.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { accountKey } from "./account-text.ts";
import { giveToPurchase } from "./suspense.ts";

const jobSchema = z.object({ providerId: z.string(), purchaseId: z.string() });

/** Of a purchase that came back: what is proved of its money joins it. What is told alone joins it when it is proved (`route-inflow.ts`). */
export async function registerNamedMoney(parts: PurchaseParts & { readonly database: Database }): Promise<void> {
  await parts.jobs.work(namedMoneyJob, async (data) => {
    const { providerId, purchaseId } = jobSchema.parse(data);
    await parts.database.asProvider(providerId, (tx) => giveNamedMoney(parts, tx, providerId, purchaseId));
  });
}

async function giveNamedMoney(parts: PurchaseParts, tx: Tx, providerId: string, purchaseId: string): Promise<void> {
  const purchase = await tx
    .selectFrom("purchases")
    .select(["reference", "idempotencyKey"])
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();
  if (purchase === undefined) return;
  const { reference, idempotencyKey } = purchase;
  // People type spaces and filler words around it.
  const loose = await selectLoose(tx, providerId)
    .select(["rail", "receipt", "accountText"])
    .where("corroborated", "=", true)
    .where((is) =>
      is.or([
        sql<boolean>`regexp_replace(upper(account_text), '[^A-Z0-9]', '', 'g') like ${`%${reference}`}`,
        sql<boolean>`concat_ws('/', 'inflow', rail, receipt) = ${idempotencyKey}`,
      ]),
    )
    .orderBy("receipt")
    .execute();
  for (const money of loose) {
    if (accountKey(money.accountText ?? "") !== reference && inflowKey(money) !== idempotencyKey) continue;
    const { receipt } = money;
    const row = await readReceipt(tx, providerId, receipt);
    if (row !== null) await giveToPurchase(parts, tx, row, purchaseId, { isBelieved: true, phone: null });
  }
}

/** The purchase that this money had made, or whose reference it names to the letter, and which no receipt has paid yet; null: none. It is that one's, whoever claims it for what. */
export async function purchaseNamed(
  tx: Tx,
  money: Pick<ReceiptRow, "providerId" | "channelId" | "rail" | "receipt" | "accountText">,
): Promise<string | null> {
  const { providerId, channelId } = money;
  const lost = await purchaseGivenBack(tx, money);
  const key = accountKey(money.accountText ?? "");
  if (lost !== null || key === "") return lost;
  const row = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("reference", "=", key)
    .where("receipt", "is", null)
    .executeTakeFirst();
  return row?.purchaseId ?? null;
}
