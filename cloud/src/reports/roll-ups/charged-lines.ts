/** What each entry of the books charged to a customer, or gave back, line by line: the job, the rebuild, and a report that adds what waits ask here. */
import { type RawBuilder, sql } from "kysely";
import { takenInCash } from "../../money/booked-sales/booked-sales.ts";

/**
 * Rows (currency, day, kind, plan_id, cents, cash_cents), one for each line; `cash_cents`: of it, taken in cash. Without deposits: they are the customer's still, and no revenue.
 * @param only an SQL condition on `e`, an entry of the books
 */
export function chargedLines(
  { providerId, offsetMinutes }: { readonly providerId: string; readonly offsetMinutes: number },
  only: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    select c.currency, (to_timestamp((e.at_ms + ${offsetMinutes * 60_000}::bigint) / 1000) at time zone 'UTC')::date as day,
      line.kind, coalesce(line."planId", '') as plan_id, line."totalCents" as cents,
      case when ${takenInCash} then line."totalCents" else 0 end as cash_cents
    from ledger_entries e
    join document_charges c on c.provider_id = e.provider_id and c.entry_id = e.entry_id
    cross join lateral jsonb_to_recordset(c.lines) as line(kind text, "planId" text, "totalCents" bigint)
    where e.provider_id = ${providerId} and ${only} and line.kind <> 'deposit'`;
}
