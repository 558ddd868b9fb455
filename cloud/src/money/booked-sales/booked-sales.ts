/** What the entries of the books were sold of: site, plan and time of each sale, and of what was taken back. */
import { type RawBuilder, sql } from "kysely";
import { serialIn, soldAt } from "../paper-sales/note-voucher-sales.ts";

/** `<batch>.<serial>`, with a hand-over behind it where a reseller's sale was taken back. */
const voucherId = sql`coalesce(f.voucher_id, case when e.kind = 'voucher-sale' then regexp_replace(e.entry_key, '^[a-z-]+:', '') end)`;

/**
 * Whether `e`, an entry of the books, takes back a part of what was sold: by a credit note, or because a line went to a cheaper plan. It lowers what
 * was sold, and is no sale less.
 */
const takesPartBack = sql`(e.entry_key like 'document-back:%' or (e.kind = 'assignment' and e.entry_key like 'subscription:%'))`;

/** Whether `e`, an entry of the books, is what a line paid for the rest of its time at a dearer plan. */
const isDearerPlan = sql`(e.entry_key like 'subscription:%' and exists (select from document_charges d
  where d.provider_id = e.provider_id and d.entry_id = e.entry_id and d.lines @> '[{"kind": "plan-change"}]'))`;

/**
 * Whether `e`, an entry of the books, moves money of what was sold and is no sale, nor one less: it takes a part back, is a line's change to a dearer
 * plan, or is what credit paid of a purchase beside its receipt. The receipt's entry is the sale.
 */
export const isNoSale = sql`(${takesPartBack} or e.entry_key like 'credit-used:%' or ${isDearerPlan})`;

/**
 * Whether the money of `e`, an entry of the books, was taken in cash: by the till, by a seller or reseller, or for a printed voucher. A person or a
 * batch answers for it, and nothing else can prove it.
 */
export const takenInCash = sql`exists (
  select from ledger_postings q
  left join channels n on n.provider_id = q.provider_id and n.channel_id = substr(q.account, 10) and n.kind = 'cash'
    and q.account like 'clearing:%'
  where q.provider_id = e.provider_id and q.entry_id = e.entry_id
    and (q.account = 'cash' or q.account like 'float:%' or q.account like 'paper:%' or n.channel_id is not null))`;

/**
 * Where the money of `e`, an entry of the books, came from or went to: `cash`, the kind of a channel (`credit`: the customer's own balance), or
 * null. @param channelId of the payment that it is about: a proof names no channel of its own
 */
export const paidFrom = (channelId: RawBuilder<unknown>) => sql<
  string | null
>`case when ${takenInCash} then 'cash' else coalesce(
  (select min(n.kind) from ledger_postings q
    join channels n on n.provider_id = q.provider_id and n.channel_id = substr(q.account, strpos(q.account, ':') + 1)
    where q.provider_id = e.provider_id and q.entry_id = e.entry_id and (q.account like 'clearing:%' or q.account like 'unreceipted:%')),
  (select n.kind from channels n where n.provider_id = e.provider_id and n.channel_id = ${channelId}),
  (select 'credit' from ledger_postings q
    where q.provider_id = e.provider_id and q.entry_id = e.entry_id and q.account = 'credit' limit 1)) end`;

/**
 * Joins to `e`, an entry of the books, what it sold or took back: `f` the refund; `i` a payment's purchase; `c` a sale for cash at a site, `r` one that
 * was refunded; `b` a voucher's batch, and `w` that voucher's sale. At most one of i, c, r and b is there.
 */
export const soldThings = sql`
  left join refunds f on e.kind = 'refund' and f.provider_id = e.provider_id and f.refund_id = split_part(e.entry_key, ':', 2)
  left join purchases i on i.provider_id = e.provider_id and i.purchase_id = coalesce(e.purchase_id, f.purchase_id)
  left join cash_sales c on c.provider_id = e.provider_id and c.entry_id = e.entry_id
  left join cash_sales r on r.provider_id = e.provider_id and r.site_id = split_part(f.cash_sale_id, '.', 1)
    and r.sale_id = substr(f.cash_sale_id, length(split_part(f.cash_sale_id, '.', 1)) + 2) -- its site, a dot and its own id
  left join voucher_batches b on b.provider_id = e.provider_id and b.batch_id = split_part(${voucherId}, '.', 1)
  left join voucher_sales w on w.provider_id = e.provider_id and w.batch_id = b.batch_id
    and w.serial = ${serialIn(voucherId)}`;

/** Joins to `e`, an entry of the books, what it sold, not what a refund took back: `i` a payment's purchase, `c` a sale for cash at a site, `v` a voucher's batch. */
export const boughtThings = sql`
  left join purchases i on i.provider_id = e.provider_id and i.purchase_id = e.purchase_id
  left join cash_sales c on c.provider_id = e.provider_id and c.entry_id = e.entry_id
  left join voucher_batches v on e.kind = 'voucher-sale' and v.provider_id = e.provider_id
    and v.batch_id = split_part(substr(e.entry_key, length('voucher-sale:') + 1), '.', 1)`;

/**
 * A query of `entry_id, at_ms, currency, cents, site_id, plan_id, sold_at_ms, paid_from, is_no_sale`. Cents are what came in, after discounts; below
 * zero: taken back.
 * An entry that moved nothing of it (a discount alone, a fee) has null as currency and cents; a sale of no site (a subscription, an invoice) has
 * null as site.
 * @param entries a query of rows of `ledger_entries`, all columns
 */
export const bookedSales = (entries: RawBuilder<unknown>) => sql`
  select e.entry_id, e.at_ms, p.currency, p.cents,
    coalesce(i.site_id, c.site_id, r.site_id, w.site_id, b.home_site_id) as site_id,
    coalesce(i.plan_id, c.plan_id, r.plan_id, b.plan_id) as plan_id,
    coalesce(i.created_at_ms, c.sold_at_ms, r.sold_at_ms, case when w.entry_id is not null then ${soldAt} end, e.at_ms) as sold_at_ms,
    ${paidFrom(sql`i.channel_id`)} as paid_from, ${isNoSale} as is_no_sale
  from (${entries}) e
  left join lateral (
    select currency, (0 - sum(amount_cents))::bigint as cents from ledger_postings p
    where p.provider_id = e.provider_id and p.entry_id = e.entry_id and p.account in ('revenue', 'discounts', 'refunds')
    group by currency having sum(amount_cents) <> 0
  ) p on true
  ${soldThings}`;
