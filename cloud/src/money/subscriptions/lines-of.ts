import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { SubscriptionRow } from "./subscription.ts";

/** Lines charged in this currency, also those that ended: `created_at_ms` and `ended_at_ms`. Stands after `from`, with a name. */
export const linesOf = (providerId: string, currency: string): RawBuilder<unknown> =>
  sql`(select created_at_ms, ended_at_ms from subscriptions where provider_id = ${providerId} and kind = 'line' and currency = ${currency})`;

/** What changed of a customer's lines and what they cost, the newest first. @param beforeMs null: to now */
export const logOfCustomer = (
  tx: Tx,
  customerId: string,
  { beforeMs, rowsMax }: { readonly beforeMs: number | null; readonly rowsMax: number },
) =>
  tx
    .selectFrom("subscription_log as l")
    .innerJoin("subscriptions as s", (join) =>
      join.onRef("s.providerId", "=", "l.providerId").onRef("s.subscriptionId", "=", "l.subscriptionId"),
    )
    .select(["l.atMs", "l.what", "l.amountCents", "l.paidUntilMs", "s.planName", "s.currency"])
    .where("s.customerId", "=", customerId)
    .$if(beforeMs !== null, (is) => is.where("l.atMs", "<", beforeMs ?? 0))
    .orderBy("l.logId", "desc")
    .limit(rowsMax)
    .execute();

/** A customer's lines that are on, or ended since then. */
export const linesOfCustomer = (tx: Tx, customerId: string, endedSinceMs: number, limit: number) =>
  tx
    .selectFrom("subscriptions")
    .selectAll()
    .where("kind", "=", "line")
    .where("customerId", "=", customerId)
    .where((is) => is.or([is("endedAtMs", "is", null), is("endedAtMs", ">", endedSinceMs)]))
    .orderBy("subscriptionId")
    .limit(limit)
    .$castTo<SubscriptionRow>()
    .execute();
