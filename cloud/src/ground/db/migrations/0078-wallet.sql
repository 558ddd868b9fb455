-- A customer's credit is spent first: the prompt asks for the rest.

-- What the channel is asked for, where credit pays the other part of the price. Null: the whole price.
alter table intents add column asked_cents bigint check (asked_cents > 0 and asked_cents < amount_cents);

-- Credit that an open purchase holds: nothing else may be spent of it until the purchase has ended.
create table credit_holds (
  provider_id text not null references providers,
  intent_id text not null,
  party text not null,
  currency text not null,
  amount_cents bigint not null check (amount_cents > 0),
  primary key (provider_id, intent_id)
);
create index credit_holds_party on credit_holds (provider_id, party, currency);
select karibu_guard('credit_holds');
