/** What each entry of the books charged to a customer, or gave back, line by line: the job, the rebuild, and a report that adds what waits ask here. */

import { type RawBuilder, sql } from "kysely";
import { takenInCash } from "../../money/booked-sales/booked-sales.ts";
import { chargeLines } from "../../money/documents/charged-parties.ts";

/**
 * Rows (currency, day, kind, plan_id, cents, cash_cents), one for each line; `cash_cents`: of it, taken in cash. Without deposits: they are the customer's still, and no revenue.
 * @param only an SQL condition on `e`, an entry of the books
 */
export function chargedLines(
  { providerId, offsetMinutes }: { readonly providerId: string; readonly offsetMinutes: number },
  only: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    select line.currency, (to_timestamp((e.at_ms + ${offsetMinutes * 60_000}::bigint) / 1000) at time zone 'UTC')::date as day,
      line.kind, coalesce(line."planId", '') as plan_id, line."totalCents" as cents,
      case when ${takenInCash} then line."totalCents" else 0 end as cash_cents
    from ledger_entries e
    join ${chargeLines} line on line.provider_id = e.provider_id and line.entry_id = e.entry_id
    where e.provider_id = ${providerId} and ${only} and line.kind <> 'deposit'`;
}
