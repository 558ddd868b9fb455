/** What other rooms ask of purchases, each a question with one answer. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { ofChannel } from "../channels/of-channel.ts";
import type { PurchaseRow } from "./purchase-rows.ts";

export async function isPurchaseOfSite(
  tx: Tx,
  { providerId, siteId }: { readonly providerId: string; readonly siteId: string },
  purchaseId: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Which plan a purchase was for, and the grant that it opened. Undefined: there is no such purchase. */
export const planBoughtBy = (tx: Tx, providerId: string, purchaseId: string) =>
  tx
    .selectFrom("purchases")
    .leftJoin("grants", (on) =>
      on
        .onRef("grants.providerId", "=", "purchases.providerId")
        .onRef("grants.purchaseId", "=", "purchases.purchaseId"),
    )
    .select(["purchases.planId", "grants.grantId", "grants.retiredAtMs"])
    .where("purchases.providerId", "=", providerId)
    .where("purchases.purchaseId", "=", purchaseId)
    .executeTakeFirst();

interface PurchaseByGrant
  extends Pick<PurchaseRow, "providerId" | "purchaseId" | "state" | "amountCents" | "currency"> {
  readonly grantId: string;
}

/** What each bought grant was paid by, found by provider and grant. Stands after `join`, with a name. */
export const purchasesByGrant: RawBuilder<PurchaseByGrant> = sql`(
  select g.provider_id, g.grant_id, i.purchase_id, i.state, i.amount_cents, i.currency from grants g
  join purchases i on i.provider_id = g.provider_id and i.purchase_id = g.purchase_id)`;

/** The site of the purchase of a row, as a column. Null: it names none. @param table has `provider_id` and `purchase_id` */
export const siteOfPurchase = (table: string): RawBuilder<string | null> => sql`(select i.site_id from purchases i
  where i.provider_id = ${sql.ref(`${table}.providerId`)} and i.purchase_id = ${sql.ref(`${table}.purchaseId`)})`;

/** Purchases that nothing has paid and that money of this sum or payer may be for, a few of them: `purchaseId` first, then the newest. @param kinds of channels */
export const unpaidLike = (
  tx: Tx,
  like: {
    readonly providerId: string;
    readonly kinds: readonly string[];
    readonly currency: string;
    readonly amountCents: number;
    readonly phoneMasked: string;
    readonly purchaseId: string;
  },
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
) =>
  tx
    .selectFrom("purchases")
    .select(["purchases.purchaseId", "purchases.reference", "purchases.phoneMasked"])
    .where("purchases.providerId", "=", like.providerId)
    .where(ofChannel("purchases", "kind"), "in", like.kinds)
    .where("purchases.currency", "=", like.currency)
    .where("purchases.receipt", "is", null)
    .where("purchases.createdAtMs", "<", untilMs)
    .where("purchases.createdAtMs", ">", fromMs)
    .where((where) =>
      where.or([
        where("purchases.amountCents", "=", like.amountCents),
        where("purchases.phoneMasked", "=", like.phoneMasked),
        where("purchases.purchaseId", "=", like.purchaseId),
      ]),
    )
    .orderBy(sql`purchases.purchase_id = ${like.purchaseId}`, "desc")
    .orderBy("purchases.createdAtMs", "desc")
    .limit(5)
    .execute();

/** What this user sold over the counter, to go on with. */
export const soldBy = (tx: Tx, providerId: string, userId: string) =>
  tx.selectFrom("purchases").where("purchases.providerId", "=", providerId).where("purchases.soldBy", "=", userId);

/** Those that were asked for with these keys, the newest first. */
export const purchasesWithKeys = (tx: Tx, providerId: string, keys: readonly string[]) =>
  tx
    .selectFrom("purchases")
    .select(["purchaseId", "state", "createdAtMs"])
    .where("providerId", "=", providerId)
    .where("idempotencyKey", "in", keys)
    .orderBy("createdAtMs", "desc")
    .execute();
