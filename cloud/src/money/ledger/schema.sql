-- Tables of money/ledger. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- Double entry, append-only. A correction is a new entry.
create table ledger_entries (
  provider_id text not null references providers,
  entry_id text not null,
  entry_key text not null, -- the cause: written once
  kind text not null,
  purchase_id text,
  at_ms bigint not null,
  primary key (provider_id, entry_id)
);
create unique index ledger_entries_key on ledger_entries (provider_id, entry_key);
create index ledger_entries_time on ledger_entries (provider_id, at_ms, entry_id);
select karibu_guard('ledger_entries');
select karibu_open_to_booker('ledger_entries', 'select, insert');
revoke update, delete on ledger_entries from karibu_app, karibu_platform;
-- Triggers of other rooms: `report_noted` (reports/roll-ups).

-- One line of an entry of the books: an account and an amount. The lines of an entry sum to nought, which a trigger proves at commit.
create table ledger_postings (
  provider_id text not null,
  entry_id text not null,
  line integer not null,
  account text not null,
  party text, -- type Party from "../../ground/amounts/parties.ts"; whose credit: the phone's hash
  currency text not null,
  amount_cents bigint not null, -- debit positive, credit negative
  primary key (provider_id, entry_id, line),
  foreign key (provider_id, entry_id) references ledger_entries
);
create index ledger_postings_account on ledger_postings (provider_id, account, currency) include (amount_cents);
create index ledger_postings_party on ledger_postings (provider_id, account, party, currency) include (amount_cents)
  where party is not null;
select karibu_guard('ledger_postings');
select karibu_open_to_booker('ledger_postings', 'select, insert');
revoke update, delete on ledger_postings from karibu_app, karibu_platform;
-- Triggers of other rooms: `received_noted` (money/received).

-- Asked at commit: an entry that does not sum to zero per currency, or has no lines, takes its transaction down.
create function karibu_entry_is_balanced() returns trigger language plpgsql as $balanced$
begin
  if (
    select bool_and(each_currency.cents = 0) from (
      select sum(p.amount_cents) as cents from ledger_postings p
      where p.provider_id = new.provider_id and p.entry_id = new.entry_id group by p.currency
    ) each_currency
  ) is not true then
    raise exception 'ledger entry % does not sum to zero', new.entry_id using errcode = 'check_violation';
  end if;
  return null;
end
$balanced$;
create constraint trigger balanced after insert on ledger_entries
  deferrable initially deferred for each row execute function karibu_entry_is_balanced();

-- Asked of each statement: lines that do not sum to zero by themselves belong to an entry of the same transaction (outside of savepoints), which
-- is asked at commit. So what was balanced stays so.
create function karibu_lines_are_balanced() returns trigger language plpgsql as $balanced$
declare
  wrong text;
begin
  select min(f.entry_id) into wrong from (
    select provider_id, entry_id from fresh group by provider_id, entry_id, currency having sum(amount_cents) <> 0
  ) f where not exists (
    select from ledger_entries e
    where e.provider_id = f.provider_id and e.entry_id = f.entry_id and e.xmin = pg_current_xact_id()::xid
  );
  if wrong is not null then
    raise exception 'ledger entry % does not sum to zero', wrong using errcode = 'check_violation';
  end if;
  return null;
end
$balanced$;
create trigger balanced after insert on ledger_postings
  referencing new table as fresh for each statement execute function karibu_lines_are_balanced();

-- Every sum that came in or went back, one row for each entry of the books that moved money between customers and the provider. The books
-- write it, by value or by the triggers of money/received, so the list adds up to them. What becomes known later (who owns it, that it is
-- proved) is written over; the sums never are. `received-by-value.test.ts` holds both ways against each other.
create table money_received (
  provider_id text not null references providers,
  entry_id text not null,
  currency text not null,
  at_ms bigint not null, -- when it was booked
  amount_cents bigint not null check (amount_cents <> 0), -- below zero: it went back, or was never there
  channel_id text not null, -- or 'cash'
  taken_by text, -- who took the cash: a user, a seller or a reseller; null: the office
  kind text not null check (kind in ('purchase', 'voucher', 'subscription', 'invoice', 'credit', 'deposit', 'debt', 'unmatched')),
  movement text not null check (movement in ('received', 'refunded', 'returned', 'disproved', 'corrected')),
  state text not null check (state in ('proved', 'told', 'entered')),
  site_id text not null, -- empty: none
  purchase_id text,
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
create index money_received_purchase on money_received (provider_id, purchase_id) where purchase_id is not null;
select karibu_guard('money_received');
select karibu_open_to_booker('money_received', 'select, insert');

-- How far below zero a cash agent's float may go. No row: not at all.
create table float_limits (
  provider_id text not null,
  user_id text not null,
  credit_cents bigint not null check (credit_cents >= 0),
  primary key (provider_id, user_id),
  foreign key (provider_id, user_id) references users on delete cascade
);
select karibu_guard('float_limits');

-- Credit that an open purchase holds: nothing else may be spent of it until the purchase has ended.
create table credit_holds (
  provider_id text not null references providers,
  purchase_id text not null,
  party text not null, -- type Party from "../../ground/amounts/parties.ts"
  currency text not null,
  amount_cents bigint not null check (amount_cents > 0),
  primary key (provider_id, purchase_id)
);
create index credit_holds_party on credit_holds (provider_id, party, currency);
select karibu_guard('credit_holds');
select karibu_open_to_booker('credit_holds', 'select');
