-- How the list of money received (`money_received`, in money/ledger) is written where nobody writes its row with the entry: functions, and
-- triggers of other rooms' tables.

-- What customers' money may be called in the books; every other account says where it lies, or what it was paid out for.
create function karibu_names_money(account text) returns boolean language sql immutable as $$
  select account in ('revenue', 'discounts', 'pending', 'refunds', 'credit', 'debts', 'suspense', 'deposits', 'taken-over', 'write-offs')
$$;

-- Writes the rows of entries anew from the books; of a voucher, the site that used it. The cash of paper lies in `paper:<batch>`, which is
-- no name of customers' money.
-- Keys that stand in a text are read out of it in queries of their own (`offset 0` keeps them so), and not where tables are joined: behind row-level
-- security no index is asked for what a function gives, and all receipts of the provider would be read.
create function karibu_write_received(whose text, entries text[]) returns void language sql as $$
  insert into money_received (provider_id, entry_id, currency, at_ms, amount_cents, channel_id, taken_by, kind, movement,
    state, site_id, purchase_id, rail, receipt)
  select e.provider_id, e.entry_id, p.currency, e.at_ms, p.amount_cents,
    case when p.channel_id is null or n.kind = 'cash' then 'cash' else p.channel_id end,
    case when p.channel_id is null or n.kind = 'cash' then case when f.refund_id is null then coalesce(i.sold_by, c.seller_id, p.seller_id) else p.seller_id end end,
    case when f.voucher_id is not null or e.kind = 'voucher-sale' then 'voucher'
      when f.refund_id is not null then 'purchase'
      when e.entry_key like 'subscription:%' then case when p.is_deposit then 'deposit' else 'subscription' end
      when e.entry_key like 'invoice:%' or e.kind = 'void' then 'invoice'
      when e.entry_key like 'top-up:%' then 'credit'
      when e.entry_key like 'correction:%' then case when p.is_debt and p.amount_cents > 0 then 'debt' else 'credit' end
      when r.receipt is null or r.purchase_id is not null then 'purchase'
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
    i.purchase_id, e.rail, coalesce(e.receipt, f.result_receipt, i.receipt)
  from (
    -- Entries about money that has a receipt name its rail and itself in their key.
    select provider_id, entry_id, entry_key, kind, at_ms, purchase_id,
      case when has_receipt then split_part(entry_key, ':', 2) end as rail,
      case when has_receipt then split_part(entry_key, ':', 3) end as receipt,
      case when kind = 'refund' then split_part(entry_key, ':', 2) end as refund_id,
      case when kind = 'voucher-sale' then regexp_replace(entry_key, '^[a-z-]+:', '') end as voucher_id
    from (
      select *, entry_key ~ '^(receipt|assigned|restored|reversal|disproof|released|channel):' as has_receipt
      from ledger_entries where provider_id = whose and entry_id = any (entries)
    ) read
    offset 0
  ) e
  join lateral (
    select currency,
      (0 - sum(amount_cents) filter (where karibu_names_money(account)))::bigint as amount_cents,
      max(case when account like 'clearing:%' then substr(account, 10)
        when account like 'unreceipted:%' then substr(account, 13) end) as channel_id,
      max(case when account like 'float:%' then substr(account, 7) end) as seller_id,
      bool_or(account = 'deposits') and not bool_or(account = 'revenue') as is_deposit,
      bool_or(account = 'debts') as is_debt
    from ledger_postings p where p.provider_id = e.provider_id and p.entry_id = e.entry_id
    group by currency
  ) p on p.amount_cents <> 0
  left join receipts r on r.provider_id = e.provider_id and r.rail = e.rail and r.receipt = e.receipt
  left join channels n on n.provider_id = e.provider_id and n.channel_id = p.channel_id
  left join refunds f on f.provider_id = e.provider_id and f.refund_id = e.refund_id
  left join lateral (
    select case when r.receipt is null then coalesce(e.purchase_id, f.purchase_id) else r.purchase_id end as purchase_id offset 0
  ) bought on true
  left join purchases i on i.provider_id = e.provider_id and i.purchase_id = bought.purchase_id
  left join cash_sales c on c.provider_id = e.provider_id and c.entry_id = e.entry_id
  left join lateral (
    select split_part(f.cash_sale_id, '.', 1) as site_id, substr(f.cash_sale_id, length(split_part(f.cash_sale_id, '.', 1)) + 2) as sale_id
    offset 0
  ) sold on true
  left join cash_sales s on s.provider_id = e.provider_id and s.site_id = sold.site_id and s.sale_id = sold.sale_id
  left join lateral (
    select split_part(id, '.', 1) as batch_id, substring(id from '^[^.]*[.]([0-9]{1,9})([.:]|$)')::integer as serial
    from (select coalesce(f.voucher_id, e.voucher_id) as id) named
    offset 0
  ) v on true
  left join voucher_batches b on b.provider_id = e.provider_id and b.batch_id = v.batch_id
  left join voucher_sales w on w.provider_id = e.provider_id and w.batch_id = b.batch_id and w.serial = v.serial
  on conflict (provider_id, entry_id, currency) do update set kind = excluded.kind, state = excluded.state,
    taken_by = excluded.taken_by, site_id = excluded.site_id, purchase_id = excluded.purchase_id, receipt = excluded.receipt
  where row (money_received.kind, money_received.state, money_received.taken_by, money_received.site_id, money_received.purchase_id,
    money_received.receipt) is distinct from row (excluded.kind, excluded.state, excluded.taken_by, excluded.site_id, excluded.purchase_id,
    excluded.receipt)
$$;

-- A restore brings its rows with it. An entry that moves nothing between customers and the provider has no row; one that has a row has it by value.
create function karibu_note_received() returns trigger language plpgsql as $$
declare
  whose text;
  entries text[];
begin
  if karibu_is_restoring() then return null; end if;
  for whose, entries in
    select crossing.provider_id, array_agg(distinct crossing.entry_id)
    from (
      select f.provider_id, f.entry_id from fresh f group by f.provider_id, f.entry_id, f.currency
      having sum(f.amount_cents) filter (where karibu_names_money(f.account)) <> 0
    ) crossing
    where not exists (
      select from money_received m where m.provider_id = crossing.provider_id and m.entry_id = crossing.entry_id)
    group by crossing.provider_id
  loop
    perform karibu_write_received(whose, entries);
  end loop;
  return null;
end
$$;
create trigger received_noted after insert on ledger_postings
  referencing new table as fresh for each statement execute function karibu_note_received();

-- A new receipt: rows that say already what it says are left. A changed one that is proved now, and nothing else: its rows are proved.
create function karibu_note_received_receipt() returns trigger language plpgsql as $$
declare
  entries text[];
begin
  if tg_op = 'UPDATE' and new.corroborated and not old.corroborated and new.purchase_id is not null
    and row (old.state, old.purchase_id, old.party, old.source) is not distinct from row (new.state, new.purchase_id, new.party, new.source) then
    update money_received m set state = 'proved'
    where m.provider_id = new.provider_id and m.receipt collate "C" = new.receipt and m.rail = new.rail -- as its index
      and m.channel_id <> 'cash' and m.state <> 'proved';
    return null;
  end if;
  select array_agg(m.entry_id) into entries from money_received m
    where m.provider_id = new.provider_id and m.receipt collate "C" = new.receipt and m.rail = new.rail
      and not (tg_op = 'INSERT' and m.kind = 'purchase' and m.purchase_id is not distinct from new.purchase_id and new.purchase_id is not null
        and m.state = case when new.corroborated then 'proved' when new.source in ('operator', 'entered') then 'entered' else 'told' end);
  if entries is not null then
    perform karibu_write_received(new.provider_id, entries);
  end if;
  return null;
end
$$;
create trigger received_noted_new after insert on receipts
  for each row when (not karibu_is_restoring()) execute function karibu_note_received_receipt();
create trigger received_noted_changed after update on receipts for each row
  when (row (old.state, old.corroborated, old.purchase_id, old.party, old.source)
    is distinct from row (new.state, new.corroborated, new.purchase_id, new.party, new.source))
  execute function karibu_note_received_receipt();

-- Of rows that name their receipt, a purchase decides only whether that is proved, and only the one that it was paid with.
create function karibu_note_received_purchase() returns trigger language plpgsql as $$
declare
  entries text[];
begin
  select array_agg(m.entry_id) into entries from money_received m
    where m.provider_id = new.provider_id and m.purchase_id = new.purchase_id
      and not (m.rail is not null and (not old.corroborated and not new.corroborated
        or new.corroborated and m.state = 'proved' and m.receipt is not distinct from new.receipt));
  if entries is not null then
    perform karibu_write_received(new.provider_id, entries);
  end if;
  return null;
end
$$;
create trigger received_noted after update on purchases for each row
  when (old.corroborated is distinct from new.corroborated or old.receipt is distinct from new.receipt)
  execute function karibu_note_received_purchase();

-- A refund is booked first; what its channel calls it, and that a person settled it, is written down after that.
create function karibu_note_received_refund() returns trigger language plpgsql as $$
begin
  perform karibu_write_received(new.provider_id, array[new.entry_id]);
  return null;
end
$$;
create trigger received_noted after update on refunds for each row
  when (new.entry_id is not null and row (old.entry_id, old.result_receipt, old.resolution)
    is distinct from row (new.entry_id, new.result_receipt, new.resolution))
  execute function karibu_note_received_refund();
