/** How many grants began to be used: each counts at each site where it began. */
import { freePrefix } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
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

/** Free ones whose names begin so, by steps of time. */
export const countFreeStarts = (tx: Tx, steps: StepsOf, prefix: string): Promise<ReadonlyMap<number, number>> =>
  countByStep(tx, starts, steps, sql`starts_with(grant_id, ${freePrefix}) and starts_with(grant_id, ${prefix})`);
