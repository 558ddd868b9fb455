-- Provenance follows the money. A receipt is proved by what the channel said when asked, by its list, or by its statement; what a
-- callback reported stays told, and what a person recorded stays entered, on whatever way it goes through the books.

-- Which source proved it. Without one it is not proved: no path can set the mark by itself.
alter table receipts add column proved_by text
  check (proved_by in ('pull', 'transaction-status', 'statement', 'stk-query', 'order-status', 'earlier-release'));

-- How much of the plan's price stands in `pending`, because nothing has proved yet that it was paid.
alter table intents add column pending_cents bigint not null default 0 check (pending_cents >= 0);

-- Credit that was not proved when it was spent: which receipt it came from, and on what purchase it was spent. The row goes when the
-- receipt is proved, or when the purchase is taken back.
create table told_credit_uses (
  provider_id text not null references providers,
  intent_id text not null,
  rail text not null,
  receipt text not null,
  amount_cents bigint not null check (amount_cents > 0),
  primary key (provider_id, intent_id, rail, receipt)
);
create index told_credit_uses_receipt on told_credit_uses (provider_id, rail, receipt);
select karibu_guard('told_credit_uses');

create index receipts_told_credit on receipts (provider_id, party)
  where proved_by is null and state in ('booked', 'credit') and credit_cents > 0;

-- The tables are guarded also against their owner: data is changed as the role that sees all providers.
set local role karibu_platform;

update receipts set proved_by = case when source in ('pull', 'transaction-status', 'statement', 'order-status') then source
  else 'earlier-release' end
where corroborated;

-- The plans that nothing has proved leave revenue.
with told as (
  select i.provider_id, i.intent_id, i.amount_cents, i.currency, i.changed_at_ms
  from intents i join channels c on c.provider_id = i.provider_id and c.channel_id = i.channel_id
  where i.state = 'paid' and not i.corroborated and c.kind not in ('cash', 'credit')
), entries as (
  insert into ledger_entries (provider_id, entry_id, entry_key, kind, intent_id, at_ms)
  select provider_id, 'pending-' || intent_id, 'pending:' || intent_id, 'proof', intent_id, changed_at_ms from told
), postings as (
  insert into ledger_postings (provider_id, entry_id, line, account, party, currency, amount_cents)
  select provider_id, 'pending-' || intent_id, line, account, null, currency, sign * amount_cents
  from told, (values (1, 'revenue', 1), (2, 'pending', -1)) as posting (line, account, sign)
)
update intents set pending_cents = told.amount_cents
from told where intents.provider_id = told.provider_id and intents.intent_id = told.intent_id;

reset role;

alter table receipts add constraint receipts_proved check (corroborated = (proved_by is not null));
