/** Facts that were kept, and not judged yet or not to the end. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** Those that have waited since before then, of all providers, the oldest first. */
export const unjudged = (
  tx: Tx,
  { untilMs, nowMs }: { readonly untilMs: number; readonly nowMs: number },
  limit: number,
) =>
  tx
    .selectFrom("evidence")
    .select(["providerId", "evidenceId", "purchaseId", "source", "naturalKey"])
    .where("state", "=", "new")
    // What lies ahead was written by a clock that was; so was the time of its job.
    .where((is) => is.or([is("receivedAtMs", "<=", untilMs), is("receivedAtMs", ">", nowMs)]))
    .orderBy("receivedAtMs")
    .limit(limit)
    .execute();

/** Is a fact about the purchase of a row new, or does it wait for what is not known yet (`parked`)? @param table has `provider_id` and `purchase_id` */
export const hasFact = (
  table: string,
  state: "new" | "parked",
): RawBuilder<boolean> => sql`exists (select from evidence e
  where e.provider_id = ${sql.ref(`${table}.providerId`)} and e.purchase_id = ${sql.ref(`${table}.purchaseId`)} and e.state = ${state})`;

/** Does a fact about this purchase wait for what is not known yet? */
export async function isParked(tx: Tx, providerId: string, purchaseId: string): Promise<boolean> {
  const parked = await tx
    .selectFrom("evidence")
    .select("evidenceId")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where("state", "=", "parked")
    .executeTakeFirst();
  return parked !== undefined;
}

/** M-Pesa called back about this purchase, and its word was judged. */
export async function wasCalledBack(tx: Tx, providerId: string, purchaseId: string): Promise<boolean> {
  const callback = await tx
    .selectFrom("evidence")
    .select("evidenceId")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .where("source", "=", "stk-callback")
    .where("state", "in", ["done", "parked"])
    .executeTakeFirst();
  return callback !== undefined;
}

/** Of a fact that was not judged yet, and is known to be a purchase's. Null: it is no purchase's, or was judged. */
export async function joinedPurchase(tx: Tx, providerId: string, evidenceId: string) {
  const row = await tx
    .selectFrom("evidence")
    .select(["purchaseId", "receipt"])
    .where("providerId", "=", providerId)
    .where("evidenceId", "=", evidenceId)
    .where("state", "=", "new")
    .where("purchaseId", "is not", null)
    .executeTakeFirst();
  return row === undefined || row.purchaseId === null ? null : { purchaseId: row.purchaseId, receipt: row.receipt };
}

/** What came in and is not worked off yet, with `provider_id`, `purchase_id` and `receipt`. SQL that stands after `from`, with a name. */
export const undecidedFacts =
  "(select provider_id, purchase_id, receipt from evidence where state in ('new', 'parked'))";
