/** How many grants began to be used: each counts at each site where it began. */
import { freePrefix } from "@karibu/protocol/grant-id";
import { type RawBuilder, sql } from "kysely";
import { countByStep, type StepsOf } from "../../ground/db/count-by-step.ts";
import type { Tx } from "../../ground/db/database.ts";

/** Since then, by what they were: `voucher`, `purchase`, `account`. Without free ones and trial sales. */
export async function countStarts(tx: Tx, fromMs: number): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ origin: string; count: number }>`
    select origin, count(*) from grant_starts where started_at_ms >= ${fromMs} and not starts_with(grant_id, ${freePrefix})
      and not exists (select from grants g where g.provider_id = grant_starts.provider_id and g.grant_id = grant_starts.grant_id and g.is_test)
    group by origin`.execute(tx);
  return new Map(rows.map((row) => [row.origin, row.count]));
}

const starts = { table: "grant_starts", column: "startedAtMs" };

/** Vouchers, by steps of time; also those that nobody paid for here. */
export const countVoucherStarts = (tx: Tx, steps: StepsOf): Promise<ReadonlyMap<number, number>> =>
  countByStep(tx, starts, steps, sql`origin = 'voucher' and not starts_with(grant_id, ${freePrefix})`);

/** Those whose names begin so, by steps of time. */
export const countStartsNamed = (tx: Tx, steps: StepsOf, prefix: string): Promise<ReadonlyMap<number, number>> =>
  countByStep(tx, starts, steps, sql`starts_with(grant_id, ${prefix})`);

/**
 * Grants that began and whose names begin so: `provider_id`, `grant_id`, `site_id`, `plan_name`, `started_at_ms`, `ends_at_ms`. Stands after `from`, with
 * a name.
 */
export const startsNamed = (providerId: string, prefix: string): RawBuilder<unknown> => sql`(
  select provider_id, grant_id, site_id, plan_name, started_at_ms, ends_at_ms from grant_starts
  where provider_id = ${providerId} and starts_with(grant_id, ${sql.lit(prefix)}))`;

/** Did the site report that this grant began? */
export async function hasBegun(
  tx: Tx,
  { providerId, siteId, grantId }: { readonly providerId: string; readonly siteId: string; readonly grantId: string },
): Promise<boolean> {
  const { rows } = await sql`select from grant_starts
    where provider_id = ${providerId} and site_id = ${siteId} and grant_id = ${grantId} limit 1`.execute(tx);
  return rows.length > 0;
}

/** When a number first bought anything since then, as a column. Null: never. @param table has `provider_id` */
export const firstBoughtAtMs = (
  table: string,
  { party, sinceMs }: { readonly party: RawBuilder<unknown>; readonly sinceMs: RawBuilder<unknown> },
): RawBuilder<number | null> => sql`(select min(bought.created_at_ms) from grants bought
  where bought.provider_id = ${sql.ref(`${table}.providerId`)} and bought.phone_hash = ${party} and bought.created_at_ms >= ${sinceMs})`;
