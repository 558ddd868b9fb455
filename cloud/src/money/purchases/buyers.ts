/** Who bought, by their numbers. */

import { type RawBuilder, sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { ofChannel } from "../channels/of-channel.ts";
import type { PurchaseRow } from "./purchase-rows.ts";

/** `party` and `at_ms` of what was bought and paid since then by somebody with a number. A query. */
export const paidParties = (providerId: string, fromMs: number): RawBuilder<unknown> => sql`
  select phone_hash as party, created_at_ms as at_ms from purchases
  where provider_id = ${providerId} and created_at_ms >= ${fromMs}::bigint and state = 'paid' and phone_hash is not null`;

/** The number of a row's party as it was shown with what they bought last, as a column. @param table has `provider_id` and `party` */
export const phoneLastBoughtBy = (table: string): RawBuilder<string | null> => sql`(select phone_masked from purchases
  where provider_id = ${sql.ref(`${table}.providerId`)} and phone_hash = ${sql.ref(`${table}.party`)}
  order by created_at_ms desc limit 1)`;

/** The newest package of these that was not taken back, however it was bought. @param afterPurchaseId only what was bought later counts */
export async function lastBought(
  tx: Tx,
  providerId: string,
  of: { readonly party: Party; readonly planId: string; readonly siteId: string },
  afterPurchaseId: string | null = null,
): Promise<string | null> {
  const last = await tx
    .selectFrom("purchases")
    .innerJoin("grants", (join) =>
      join
        .onRef("grants.providerId", "=", "purchases.providerId")
        .onRef("grants.purchaseId", "=", "purchases.purchaseId"),
    )
    .select("purchases.purchaseId")
    .where("purchases.providerId", "=", providerId)
    .where("purchases.phoneHash", "=", of.party)
    .where("purchases.planId", "=", of.planId)
    .where("purchases.siteId", "=", of.siteId)
    .where("grants.revokedAtMs", "is", null)
    .$if(afterPurchaseId !== null, (is) =>
      is.where("grants.createdAtMs", ">", ({ selectFrom }) =>
        selectFrom("grants as before")
          .select("before.createdAtMs")
          .where("before.providerId", "=", providerId)
          .where("before.purchaseId", "=", afterPurchaseId ?? ""),
      ),
    )
    // By when it opened: what was asked for earlier may be paid later.
    .orderBy("grants.createdAtMs", "desc")
    .executeTakeFirst();
  return last?.purchaseId ?? null;
}

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

/** A phone's purchases since then, the newest first, with the kind of their channels: to go on with. */
export const selectBoughtBy = (
  tx: Tx,
  { providerId, party }: { readonly providerId: string; readonly party: Party },
  sinceMs: number,
) =>
  tx
    .selectFrom("purchases")
    .select([
      "purchases.purchaseId",
      "purchases.state",
      "purchases.currency",
      ofChannel("purchases", "kind").as("kind"),
    ])
    .where("purchases.providerId", "=", providerId)
    .where("purchases.phoneHash", "=", party)
    .where("purchases.createdAtMs", ">", sinceMs)
    .orderBy("purchases.createdAtMs", "desc");

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
