/** Who bought, by their numbers. */

import { type RawBuilder, sql } from "kysely";
import { namesAtSites } from "../../catalogue/grants/held-grant.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { ofChannel } from "../channels/of-channel.ts";

/** `party` and `at_ms` of what was bought and paid since then by somebody with a number. A query. */
export const paidParties = (providerId: string, fromMs: number): RawBuilder<unknown> => sql`
  select phone_hash as party, created_at_ms as at_ms from purchases
  where provider_id = ${providerId} and created_at_ms >= ${fromMs}::bigint and state = 'paid' and phone_hash is not null`;

/** The number of a row's party as it was shown with what they bought last, as a column. @param table has `provider_id` and `party` */
export const phoneLastBoughtBy = (table: string): RawBuilder<string | null> => sql`(select phone_masked from purchases
  where provider_id = ${sql.ref(`${table}.providerId`)} and phone_hash = ${sql.ref(`${table}.party`)}
  order by created_at_ms desc limit 1)`;

/**
 * The newest package of these that was not taken back, however it was bought.
 * @param afterPurchaseId only what opened later counts; and what opened at about the same moment, if its site has not begun it: two may open in one
 * transaction, or by clocks that differ
 */
export async function lastBought(
  tx: Tx,
  providerId: string,
  of: { readonly party: Party; readonly planId: string; readonly siteId: string },
  afterPurchaseId: string | null = null,
): Promise<string | null> {
  const openedMs = sql<number>`(select before.created_at_ms from grants before
    where before.provider_id = ${providerId} and before.purchase_id = ${afterPurchaseId})`;
  const isBegun = sql<boolean>`exists (select from grant_starts begun where begun.provider_id = ${providerId}
    and begun.grant_id = any (${namesAtSites(sql`${providerId}`, sql.ref("grants.grantId"))}))`;
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
      is
        .where("purchases.purchaseId", "!=", afterPurchaseId ?? "")
        .where(
          sql<boolean>`(grants.created_at_ms > ${openedMs} or grants.created_at_ms > ${openedMs} - ${processClockSlackMs}::bigint and not ${isBegun})`,
        ),
    )
    // By when it opened: what was asked for earlier may be paid later.
    .orderBy("grants.createdAtMs", "desc")
    .executeTakeFirst();
  return last?.purchaseId ?? null;
}

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
      "purchases.createdAtMs",
      sql<number>`coalesce(purchases.asked_cents, purchases.amount_cents)`.as("askedCents"),
      ofChannel("purchases", "kind").as("kind"),
    ])
    .where("purchases.providerId", "=", providerId)
    .where("purchases.phoneHash", "=", party)
    .where("purchases.createdAtMs", ">", sinceMs)
    .orderBy("purchases.createdAtMs", "desc");
