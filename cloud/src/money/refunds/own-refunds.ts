/** What came of the sales of one person over the counter: refunds that were paid, and those that they asked for. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** What was refunded of a row's purchase, minor units, as a column. @param table has `provider_id` and `purchase_id` @param method left out: in any way */
export const paidBackOf = (table: string, method?: "cash"): RawBuilder<number> => sql`(
  select coalesce(sum(r.amount_cents), 0) from refunds r
  where r.provider_id = ${sql.ref(`${table}.providerId`)} and r.purchase_id = ${sql.ref(`${table}.purchaseId`)} and r.state = 'done'
    ${method === undefined ? sql`` : sql`and r.method = ${method}`})`;

/** The newest ones that a user asked for, of sales that they made themselves, with what was sold. */
export const refundsAskedBy = (
  tx: Tx,
  { providerId, userId }: { readonly providerId: string; readonly userId: string },
  limit: number,
) =>
  tx
    .selectFrom("refunds")
    .innerJoin("purchases", (join) =>
      join
        .onRef("purchases.providerId", "=", "refunds.providerId")
        .onRef("purchases.purchaseId", "=", "refunds.purchaseId"),
    )
    .selectAll("refunds")
    .select("purchases.planName")
    .where("refunds.providerId", "=", providerId)
    .where("refunds.askedBy", "=", userId)
    .where("purchases.soldBy", "=", userId)
    .orderBy("refunds.refundId", "desc")
    .limit(limit)
    .execute();
