import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** What was spent since that day (`2026-11-01`) in this currency, without voided expenses: minor units, and how many they are. */
export async function expensesSince(
  tx: Tx,
  { providerId, currency }: { readonly providerId: string; readonly currency: string },
  firstDay: string,
): Promise<{ readonly cents: number; readonly count: number }> {
  const { rows } = await sql<{ cents: number | string; count: number }>`
    select coalesce(sum(amount_cents), 0)::bigint as cents, count(*)::int as count from expenses
    where provider_id = ${providerId} and spent_on >= ${firstDay}::date and voided_entry_id is null
      and currency = ${currency}`.execute(tx);
  return { cents: Number(rows[0]?.cents ?? 0), count: rows[0]?.count ?? 0 };
}
