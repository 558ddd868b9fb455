-- Tables of money/corrections. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What a person put right in the books: each with its reason, its compensating entry, and a second person where the provider wants one.
create table corrections (
  provider_id text not null references providers,
  correction_id text not null,
  idempotency_key text not null,
  kind text not null check (kind in ('move-receipt', 'take-back-top-up', 'pay-out-credit', 'settle-debt', 'settle-debt-from-credit',
    'write-off-debt')),
  state text not null check (state in ('asked', 'done', 'refused')),
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  party text not null, -- type Party from "../../ground/amounts/parties.ts"; the phone hash of the customer whose money it is
  phone_masked text,
  to_party text, -- type Party from "../../ground/amounts/parties.ts"; who gets it
  to_phone_masked text,
  rail text,
  receipt text,
  top_up_entry_id text, -- the top-up that was mistyped
  reason text not null,
  entry_id text, -- the compensating entry; null: it was not made
  asked_by text not null,
  approved_by text,
  refused_by text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  purchase_id text, -- The purchase that the receipt had paid for; null: it was credit.
  primary key (provider_id, correction_id),
  check ((state = 'done') = (entry_id is not null)),
  constraint corrections_check1 check (state <> 'refused' or refused_by is not null)
);
create unique index corrections_idempotency on corrections (provider_id, idempotency_key);
create index corrections_waiting on corrections (provider_id, created_at_ms) where state = 'asked';
create index corrections_party on corrections (provider_id, party, created_at_ms desc);
create index corrections_top_up on corrections (provider_id, top_up_entry_id) where top_up_entry_id is not null;
select karibu_guard('corrections');
