-- Tables of money/receipts. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- One row per real inflow. Every cent has one outcome: the plan, or the customer's credit.
create table receipts (
  provider_id text not null references providers,
  rail text not null,
  receipt text not null,
  channel_id text not null,
  purchase_id text,
  amount_cents bigint not null check (amount_cents > 0),
  plan_cents bigint not null,
  credit_cents bigint not null,
  currency text not null,
  entry_id text not null,
  booked_at_ms bigint not null,
  -- Money without an owner stands in suspense until somebody claims it or a person assigns it.
  suspense_cents bigint not null default 0,
  state text not null default 'booked' check (state in ('booked', 'credit', 'suspense', 'reversed', 'disproved', 'frozen')),
  source text not null default 'stk-callback', -- type EvidenceSource from "../evidence/evidence.ts"
  corroborated boolean not null default false, -- It is proved. The same as `proved_by is not null`, which the database checks.
  party text, -- type Party from "../../ground/amounts/parties.ts"; whose credit it became
  payer_hash text, -- type Party from "../../ground/amounts/parties.ts"
  payer_masked text,
  payer_name text,
  account_text text, -- as a person typed it
  paid_at_ms bigint, -- by the channel's clock
  -- By the list that brought it, whose time zone is not verified: it was paid then, or before. Null: another source brought it.
  paid_by_ms bigint,
  note text,
  -- Which source proved it. Without one it is not proved: no path can set the mark by itself.
  -- Null: it was only told (by callbacks), or entered (by a person).
  proved_by text check (proved_by in ('pull', 'transaction-status', 'statement', 'stk-query', 'order-status')),
  -- What went back to the payer while the rest stayed. The four parts together are the amount.
  returned_cents bigint not null default 0 check (returned_cents >= 0),
  -- Of it, what had paid for the plan.
  returned_plan_cents bigint not null default 0 check (returned_plan_cents between 0 and returned_cents),
  primary key (provider_id, rail, receipt),
  foreign key (provider_id, entry_id) references ledger_entries,
  constraint receipts_proved check (corroborated = (proved_by is not null)),
  constraint receipts_whole check ((plan_cents + credit_cents + suspense_cents + returned_cents) = amount_cents)
);
-- An entry that is purged asks for its receipt: without this, each of them looks through all receipts of the provider.
create index receipts_entry on receipts (provider_id, entry_id);
create index receipts_purchase on receipts (provider_id, purchase_id);
create index receipts_suspense on receipts (provider_id, booked_at_ms desc) where suspense_cents > 0;
create index receipts_booked on receipts (provider_id, booked_at_ms, receipt);
-- What came in for a day that was closed already is looked for by the channel's time.
create index receipts_paid on receipts (provider_id, channel_id, paid_at_ms) where paid_at_ms is not null;
create index receipts_code on receipts (provider_id, (receipt collate "C"));
create index receipts_told_credit on receipts (provider_id, party)
  where proved_by is null and state in ('booked', 'credit') and credit_cents > 0;
create index receipts_loose_told on receipts (provider_id, channel_id, booked_at_ms)
  where proved_by is null and state in ('credit', 'suspense');
-- Money in a customer's credit of which two sources name two amounts: a person is asked.
create index receipts_two_amounts on receipts (provider_id, booked_at_ms desc)
  where state = 'credit' and note = 'two sources name two amounts';
-- What a customer has paid by hand: of an underpaid account number, the parts.
create index receipts_of_party on receipts (provider_id, party, booked_at_ms) where state = 'credit';
create index receipts_credit_of on receipts (provider_id, party) where state = 'credit';
create index receipts_party on receipts (provider_id, party, booked_at_ms desc) where party is not null;
create index receipts_payer on receipts (provider_id, payer_hash) where payer_hash is not null;
select karibu_guard('receipts');
select karibu_open_to_booker('receipts', 'select, insert');
-- Triggers of other rooms: `received_noted_changed`, `received_noted_new` (money/received).

-- Credit that was not proved when it was spent: which receipt it came from, and on what purchase it was spent. The row goes when the
-- receipt is proved, or when the purchase is taken back.
create table told_credit_uses (
  provider_id text not null references providers,
  purchase_id text not null,
  rail text not null,
  receipt text not null,
  amount_cents bigint not null check (amount_cents > 0),
  primary key (provider_id, purchase_id, rail, receipt)
);
create index told_credit_uses_receipt on told_credit_uses (provider_id, rail, receipt);
select karibu_guard('told_credit_uses');
