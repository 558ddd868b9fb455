/** What the entries of the books were sold of: site, plan and time of each sale, and of what was taken back. */
import { type RawBuilder, sql } from "kysely";

/**
 * A query of `entry_id, at_ms, currency, cents, site_id, plan_id, sold_at_ms`. Cents are what came in, after discounts; below zero: taken back.
 * An entry that moved nothing of it (a discount alone, a fee) has null as currency and cents; a sale of no site (a subscription, an invoice) has
 * null as site.
 * @param entries a query of rows of `ledger_entries`, all columns
 */
export const bookedSales = (entries: RawBuilder<unknown>) => sql`
  select e.entry_id, e.at_ms, p.currency, p.cents,
    coalesce(i.site_id, c.site_id, b.home_site_id) as site_id, coalesce(i.plan_id, c.plan_id, b.plan_id) as plan_id,
    coalesce(i.created_at_ms, c.sold_at_ms, v.at_ms, e.at_ms) as sold_at_ms
  from (
    select e.*, f.intent_id as refunded_intent,
      coalesce(f.voucher_id, case when e.kind = 'voucher-sale' then regexp_replace(e.entry_key, '^[a-z-]+:', '') end) as voucher_id,
      f.cash_sale_id as refunded_sale -- its site, a dot and the sale's own id
    from (${entries}) e left join refunds f on e.kind = 'refund' and f.provider_id = e.provider_id
      and f.refund_id = split_part(e.entry_key, ':', 2)
  ) e
  left join lateral (
    select currency, (0 - sum(amount_cents))::bigint as cents from ledger_postings p
    where p.provider_id = e.provider_id and p.entry_id = e.entry_id and p.account in ('revenue', 'discounts', 'refunds')
    group by currency having sum(amount_cents) <> 0
  ) p on true
  left join intents i on i.provider_id = e.provider_id and i.intent_id = coalesce(e.intent_id, e.refunded_intent)
  left join cash_sales c on i.intent_id is null and c.provider_id = e.provider_id
    and (c.entry_id = e.entry_id or (c.site_id = split_part(e.refunded_sale, '.', 1)
      and c.sale_id = substr(e.refunded_sale, length(split_part(e.refunded_sale, '.', 1)) + 2)))
  left join voucher_batches b on i.intent_id is null and c.sale_id is null and b.provider_id = e.provider_id
    and b.batch_id = split_part(e.voucher_id, '.', 1)
  left join ledger_entries v on v.provider_id = e.provider_id and v.entry_key = 'voucher-sale:' || e.voucher_id`;
