/**
 * What each entry of the books sold or gave back, and by whom, where, how. The job that keeps the roll-ups, the rebuild, and a report that adds
 * what still waits all ask here, so they can't differ.
 */

import { type RawBuilder, sql } from "kysely";
import { isNoSale, soldThings, takenInCash } from "../../money/booked-sales/booked-sales.ts";
import { chargedByEntry } from "../../money/documents/charged-parties.ts";

/** How a sale was paid that no channel took. */
export const channelsWithoutName = ["site-cash", "vouchers"] as const;

/**
 * Rows (entry_id, at_ms, day, currency, site_id, plan_id, channel_id, seller_id, party, sold_cents, refunded_cents,
 * sales, refunds, cash_cents), as `sales.ts`
 * counts them: sold is revenue, discounts and what is pending; a proof moves money between them and has no row. Of what was sold,
 * `cash_cents` was taken in cash.
 * @param only an SQL condition on `e`, an entry of the books
 */
export function soldEntries(
  { providerId, offsetMinutes }: { readonly providerId: string; readonly offsetMinutes: number },
  only: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    select e.entry_id, e.at_ms, p.currency,
      (to_timestamp((e.at_ms + ${offsetMinutes * 60_000}::bigint) / 1000) at time zone 'UTC')::date as day,
      coalesce(i.site_id, c.site_id, r.site_id, w.site_id, b.home_site_id, '') as site_id,
      coalesce(i.plan_id, c.plan_id, r.plan_id, b.plan_id, '') as plan_id,
      coalesce(i.channel_id, f.channel_id, case when c.sale_id is not null or r.sale_id is not null then 'site-cash'
        when b.batch_id is not null then 'vouchers' end, p.channel_id, '') as channel_id,
      coalesce(i.sold_by, c.seller_id, r.seller_id, p.seller_id, '') as seller_id,
      coalesce(i.phone_hash, c.phone_hash, r.phone_hash, charge.party) as party,
      p.sold_cents, p.refunded_cents, p.sales, p.refunds,
      case when p.sold_cents <> 0 and ${takenInCash} then p.sold_cents else 0 end as cash_cents
    from ledger_entries e
    join lateral (
      select currency,
        coalesce(-sum(amount_cents) filter (where account in ('revenue', 'discounts', 'pending')), 0)::bigint as sold_cents,
        coalesce(-sum(sign(amount_cents)) filter (where account in ('revenue', 'discounts', 'pending') and not ${isNoSale}), 0)::bigint as sales,
        coalesce(sum(amount_cents) filter (where account = 'refunds'), 0)::bigint as refunded_cents,
        coalesce(sum(sign(amount_cents)) filter (where account = 'refunds'), 0)::bigint as refunds,
        max(case when account like 'float:%' then substr(account, 7) end) as seller_id,
        max(case when account like 'clearing:%' then substr(account, 10) end) as channel_id
      from ledger_postings p where p.provider_id = e.provider_id and p.entry_id = e.entry_id
      group by currency
    ) p on p.sold_cents <> 0 or p.sales <> 0 or p.refunded_cents <> 0 or p.refunds <> 0
    ${soldThings}
    -- Who pays for a line, or an invoice.
    left join ${chargedByEntry} charge on charge.provider_id = e.provider_id and charge.entry_id = e.entry_id
    where e.provider_id = ${providerId} and ${only}`;
}
