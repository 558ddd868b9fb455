-- Tables of money/expenses. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What a provider spent, from which till or channel. A voided one keeps its row, and has a compensating entry in the books.
create table expenses (
  provider_id text not null references providers,
  expense_id text not null,
  idempotency_key text not null,
  category text not null,
  payee text,
  note text,
  paid_from text not null, -- a ledger account
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  spent_on date not null,
  entry_id text not null,
  voided_entry_id text,
  created_by text not null,
  created_at_ms bigint not null,
  -- An expense that was larger than what its till held, as the books knew it: what was missing, and when a person has looked.
  short_cents bigint not null default 0,
  looked_at_ms bigint,
  looked_note text,
  reference text, -- the receipt of the payment, where a channel paid it; null: the till did
  primary key (provider_id, expense_id),
  check (short_cents >= 0 and short_cents <= amount_cents)
);
create unique index expenses_idempotency on expenses (provider_id, idempotency_key);
create index expenses_spent on expenses (provider_id, spent_on);
create index expenses_above_till on expenses (provider_id, expense_id)
  where short_cents > 0 and looked_at_ms is null and voided_entry_id is null;
select karibu_guard('expenses');
