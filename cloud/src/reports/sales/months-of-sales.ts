/** Sales month by month in each provider's time zone, counted as in `sales.ts`. */
import { type RawBuilder, sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { allProviders } from "../../tenancy/providers/provider-state.ts";
import { soldCount } from "./sales.ts";

const dayMs = 86_400_000;

interface MonthOfSales {
  readonly providerId: string;
  readonly providerName: string;
  /** `2026-11`. */
  readonly month: string;
  readonly currency: string;
  readonly takenCents: number;
  readonly payments: number;
}

/** Newest month first, the current one included; then by the provider's name. A month without a sale has no row. @param span not: whose are left out */
export async function readMonths(
  tx: Tx,
  nowMs: number,
  { months, not }: { readonly months: number; readonly not: string },
): Promise<MonthOfSales[]> {
  const local = (atMs: RawBuilder<unknown>) =>
    sql`(to_timestamp((${atMs} + r.utc_offset_minutes * 60000) / 1000) at time zone 'UTC')`;
  const month = sql`to_char(${local(sql.ref("e.atMs"))}, 'YYYY-MM')`;
  // Of each provider's own month that runs now.
  const first = sql`to_char(${local(sql`${nowMs}::bigint`)} - make_interval(months => ${months - 1}::integer), 'YYYY-MM')`;
  // No month begins earlier, wherever it is.
  const yesterday = new Date(nowMs - dayMs);
  const sinceMs = Date.UTC(yesterday.getUTCFullYear(), yesterday.getUTCMonth() - (months - 1), 1) - dayMs;
  const { rows } = await sql<MonthOfSales>`
    select e.provider_id, r.name as "providerName", ${month} as month, p.currency,
      ${bounded(sql`-sum(p.amount_cents)`)} as "takenCents", ${soldCount}::bigint as payments
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    join ${allProviders} r on r.provider_id = e.provider_id
    where p.account in ('revenue', 'discounts', 'pending') and e.provider_id <> ${not} and e.at_ms >= ${sinceMs}
      and ${month} >= ${first}
    group by 1, 2, 3, 4 order by 3 desc, 2, 1, 4`.execute(tx);
  return rows;
}
