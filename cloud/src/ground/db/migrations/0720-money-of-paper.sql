-- How the money of a batch of vouchers gets into the books. Codes of another system were paid for there.
alter table voucher_batches add column booking text not null default 'first-use'
  check (booking in ('first-use', 'handed-out', 'elsewhere', 'given-away'));
set local role karibu_platform;
update voucher_batches set booking = 'elsewhere' where takeover_id is not null;
reset role;

-- Each voucher whose sale is in the books: once, whoever books it.
create table voucher_sales (
  provider_id text not null references providers,
  batch_id text not null,
  serial integer not null,
  how text not null check (how in ('used', 'handed-out', 'reseller', 'refunded')),
  site_id text, -- where it was used first; null: it was booked before that
  -- When it was sold: of what was used, the site's clock, corrected when the site learns the true time.
  sold_at_ms bigint not null,
  epoch text,
  seq bigint,
  booked_at_ms bigint not null,
  price_cents bigint not null check (price_cents > 0),
  currency text not null,
  entry_id text not null,
  primary key (provider_id, batch_id, serial)
);
create index voucher_sales_record on voucher_sales (provider_id, site_id, epoch, seq) where epoch is not null;
create index voucher_sales_booked on voucher_sales (provider_id, booked_at_ms) include (sold_at_ms, price_cents, currency);
select karibu_guard('voucher_sales');

-- Those that a reseller or a refund booked before.
set local role karibu_platform;
insert into voucher_sales (provider_id, batch_id, serial, how, sold_at_ms, booked_at_ms, price_cents, currency, entry_id)
  select e.provider_id, split_part(k.voucher_id, '.', 1), split_part(k.voucher_id, '.', 2)::integer,
    case when p.by_reseller then 'reseller' else 'refunded' end, e.at_ms, e.at_ms, p.cents, p.currency, e.entry_id
  from ledger_entries e
  cross join lateral (select substr(e.entry_key, length('voucher-sale:') + 1) as voucher_id) k
  join lateral (
    select currency, (0 - sum(amount_cents) filter (where account = 'revenue'))::bigint as cents, bool_or(account like 'float:%') as by_reseller
    from ledger_postings p where p.provider_id = e.provider_id and p.entry_id = e.entry_id group by currency
  ) p on p.cents > 0
  where e.kind = 'voucher-sale' and e.entry_key like 'voucher-sale:%';
reset role;

-- A voucher that is handed to a seller who buys it is sold then.
alter table reseller_vouchers drop constraint if exists reseller_vouchers_sold_how_check;
alter table reseller_vouchers add constraint reseller_vouchers_sold_how_check check (sold_how in ('used', 'declared', 'handed-out'));

-- As 0660 has it; of a voucher, the site that used it. The cash of paper lies in `paper:<batch>`, which is no name of customers' money.
create or replace function karibu_write_received(whose text, entries text[]) returns void language sql as $$
  insert into money_received (provider_id, entry_id, currency, at_ms, amount_cents, channel_id, taken_by, kind, movement,
    state, site_id, intent_id, rail, receipt)
  select e.provider_id, e.entry_id, p.currency, e.at_ms, p.amount_cents,
    case when p.channel_id is null or n.kind = 'cash' then 'cash' else p.channel_id end,
    case when p.channel_id is null or n.kind = 'cash' then coalesce(i.sold_by, c.seller_id, p.seller_id) end,
    case when f.voucher_id is not null or e.kind = 'voucher-sale' then 'voucher'
      when f.refund_id is not null then 'purchase'
      when e.entry_key like 'subscription:%' then case when p.is_deposit then 'deposit' else 'subscription' end
      when e.entry_key like 'invoice:%' or e.kind = 'void' then 'invoice'
      when e.entry_key like 'top-up:%' then 'credit'
      when e.entry_key like 'correction:%' then case when p.is_debt and p.amount_cents > 0 then 'debt' else 'credit' end
      when r.receipt is null or r.intent_id is not null then 'purchase'
      when r.party is null or r.state = 'frozen' then 'unmatched'
      else 'credit' end,
    case when e.kind in ('refund', 'void') then 'refunded' when e.kind = 'reversal' then 'returned'
      when e.kind = 'disproof' then 'disproved'
      when p.amount_cents < 0 then 'corrected' else 'received' end,
    case when p.channel_id is null or n.kind = 'cash' then 'entered'
      when f.refund_id is not null then case when f.resolution = 'paid' then 'entered' else 'told' end
      when r.corroborated or i.corroborated and (r.receipt is null or i.receipt = r.receipt and r.state = 'booked') then 'proved'
      when r.source in ('operator', 'entered') then 'entered' else 'told' end,
    coalesce(i.site_id, c.site_id, s.site_id, w.site_id, b.home_site_id, ''),
    i.intent_id, k.rail, coalesce(k.receipt, f.result_receipt, i.receipt)
  from ledger_entries e
  join lateral (
    select currency,
      (0 - sum(amount_cents) filter (where account in ('revenue', 'discounts', 'pending', 'refunds', 'credit', 'debts',
        'suspense', 'deposits', 'taken-over', 'write-offs')))::bigint as amount_cents,
      max(case when account like 'clearing:%' then substr(account, 10)
        when account like 'unreceipted:%' then substr(account, 13) end) as channel_id,
      max(case when account like 'float:%' then substr(account, 7) end) as seller_id,
      bool_or(account = 'deposits') and not bool_or(account = 'revenue') as is_deposit,
      bool_or(account = 'debts') as is_debt
    from ledger_postings p where p.provider_id = e.provider_id and p.entry_id = e.entry_id
    group by currency
  ) p on p.amount_cents <> 0
  -- Entries about money that has a receipt name its rail and itself in their key.
  left join lateral (select split_part(e.entry_key, ':', 2) as rail, split_part(e.entry_key, ':', 3) as receipt) k
    on e.entry_key ~ '^(receipt|assigned|restored|reversal|disproof|released):'
  left join receipts r on r.provider_id = e.provider_id and r.rail = k.rail and r.receipt = k.receipt
  left join channels n on n.provider_id = e.provider_id and n.channel_id = p.channel_id
  left join refunds f on e.kind = 'refund' and f.provider_id = e.provider_id and f.refund_id = split_part(e.entry_key, ':', 2)
  left join intents i on i.provider_id = e.provider_id
    and i.intent_id = case when r.receipt is null then coalesce(e.intent_id, f.intent_id) else r.intent_id end
  left join cash_sales c on c.provider_id = e.provider_id and c.entry_id = e.entry_id
  left join cash_sales s on s.provider_id = e.provider_id and s.site_id = split_part(f.cash_sale_id, '.', 1)
    and s.sale_id = substr(f.cash_sale_id, length(split_part(f.cash_sale_id, '.', 1)) + 2)
  left join lateral (
    select coalesce(f.voucher_id, case when e.kind = 'voucher-sale' then regexp_replace(e.entry_key, '^[a-z-]+:', '') end) as voucher_id
  ) v on true
  left join voucher_batches b on b.provider_id = e.provider_id and b.batch_id = split_part(v.voucher_id, '.', 1)
  left join voucher_sales w on w.provider_id = e.provider_id and w.batch_id = b.batch_id
    and w.serial = nullif(split_part(v.voucher_id, '.', 2), '')::integer
  where e.provider_id = whose and e.entry_id = any (entries)
  on conflict (provider_id, entry_id, currency) do update set kind = excluded.kind, state = excluded.state,
    taken_by = excluded.taken_by, site_id = excluded.site_id, intent_id = excluded.intent_id, receipt = excluded.receipt
  where row (money_received.kind, money_received.state, money_received.taken_by, money_received.site_id, money_received.intent_id,
    money_received.receipt) is distinct from row (excluded.kind, excluded.state, excluded.taken_by, excluded.site_id, excluded.intent_id,
    excluded.receipt)
$$;

-- Of what was sold, what was taken in cash. As in 0589 and 0685, a hub process that does not count it fails, and leaves what waits to one that does.
alter table report_sales add column cash_cents bigint not null default 0;
alter table report_sales alter column cash_cents drop default;
alter table report_sales_by add column cash_cents bigint not null default 0;
alter table report_sales_by alter column cash_cents drop default;
set local role karibu_platform;
insert into report_days_waiting (provider_id, what, from_ms)
  select provider_id, 'everything', 0 from providers where provider_id <> 'platform';
reset role;
