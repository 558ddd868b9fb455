-- Tables of money/received. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Every sum that came in or went back, one row for each entry of the books that moved money between customers and the provider. The books
-- write it by themselves, so the list adds up to them. What becomes known later (who owns it, that it is proved) is written over; the sums
-- never are.
create table money_received (
  provider_id text not null references providers,
  entry_id text not null,
  currency text not null,
  at_ms bigint not null, -- when it was booked
  amount_cents bigint not null check (amount_cents <> 0), -- below zero: it went back, or was never there
  channel_id text not null, -- or 'cash'
  taken_by text, -- who took the cash: a user, a seller or a reseller
  kind text not null check (kind in ('purchase', 'voucher', 'subscription', 'invoice', 'credit', 'deposit', 'debt', 'unmatched')),
  movement text not null check (movement in ('received', 'refunded', 'returned', 'disproved', 'corrected')),
  state text not null check (state in ('proved', 'told', 'entered')),
  site_id text not null, -- empty: none
  intent_id text,
  rail text,
  receipt text,
  primary key (provider_id, entry_id, currency),
  foreign key (provider_id, entry_id) references ledger_entries
);
create index money_received_time on money_received (provider_id, at_ms, entry_id, currency) include (amount_cents);
create index money_received_site on money_received (provider_id, site_id, at_ms, entry_id) include (currency, amount_cents)
  where site_id <> '';
create index money_received_channel on money_received (provider_id, channel_id, at_ms, entry_id)
  include (currency, amount_cents);
create index money_received_kind on money_received (provider_id, kind, at_ms, entry_id) include (currency, amount_cents);
create index money_received_state on money_received (provider_id, state, at_ms, entry_id) include (currency, amount_cents);
create index money_received_movement on money_received (provider_id, movement, at_ms, entry_id)
  include (currency, amount_cents) where movement <> 'received';
create index money_received_receipt on money_received (provider_id, receipt collate "C") where receipt is not null;
create index money_received_intent on money_received (provider_id, intent_id) where intent_id is not null;
select karibu_guard('money_received');

-- Writes the rows of entries anew from the books; of a voucher, the site that used it. The cash of paper lies in `paper:<batch>`, which is
-- no name of customers' money.
create function karibu_write_received(whose text, entries text[]) returns void language sql as $$
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

-- A restore brings its rows with it.
create function karibu_note_received() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    perform karibu_write_received(whose, entries)
    from (select provider_id as whose, array_agg(distinct entry_id) as entries from fresh group by provider_id) f;
  end if;
  return null;
end
$$;
create trigger received_noted after insert on ledger_postings
  referencing new table as fresh for each statement execute function karibu_note_received();

create function karibu_note_received_receipt() returns trigger language plpgsql as $$
begin
  perform karibu_write_received(new.provider_id, array(
    select entry_id from money_received m
    where m.provider_id = new.provider_id and m.receipt collate "C" = new.receipt and m.rail = new.rail)); -- as its index
  return null;
end
$$;
create trigger received_noted_new after insert on receipts
  for each row when (not karibu_is_restoring()) execute function karibu_note_received_receipt();
create trigger received_noted_changed after update on receipts for each row
  when (row (old.state, old.corroborated, old.intent_id, old.party, old.source)
    is distinct from row (new.state, new.corroborated, new.intent_id, new.party, new.source))
  execute function karibu_note_received_receipt();

create function karibu_note_received_purchase() returns trigger language plpgsql as $$
begin
  perform karibu_write_received(new.provider_id, array(
    select entry_id from money_received m where m.provider_id = new.provider_id and m.intent_id = new.intent_id));
  return null;
end
$$;
create trigger received_noted after update on intents for each row
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
