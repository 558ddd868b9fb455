-- Tables of modules/takeover/customers. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- Customers, lines and balances that came from another system: what one takeover made, so that it can be undone as a whole.
create table customer_takeovers (
  provider_id text not null references providers,
  takeover_id text not null,
  source text not null, -- type CustomerSource from "./customer-file.ts"
  state text not null check (state in ('done', 'undone')),
  totals jsonb not null, -- type Totals from "./plan-customers.ts", fixed
  done_by text not null, -- a person's name
  done_at_ms bigint not null,
  undone_by text,
  undone_at_ms bigint,
  plan_ids jsonb not null default '[]', -- type string[], fixed; plans that were made for it
  primary key (provider_id, takeover_id)
);
create index customer_takeovers_newest on customer_takeovers (provider_id, done_at_ms desc, takeover_id desc);
select karibu_guard('customer_takeovers');

-- Nobody's name stands here: what became of a line is found by these.
create table customer_takeover_lines (
  provider_id text not null references providers,
  takeover_id text not null,
  line integer not null,
  customer_id text not null,
  made_customer boolean not null, -- false: they were a customer already, or by an earlier line
  account_id text,
  subscription_id text,
  entry_id text, -- the balance in the books
  primary key (provider_id, takeover_id, line),
  foreign key (provider_id, takeover_id) references customer_takeovers
);
select karibu_guard('customer_takeover_lines');

-- What a provider's people said of the columns of a file of customers, for the next file with the same first line.
create table customer_column_choices (
  provider_id text not null references providers,
  header_hash text not null, -- of the columns' names
  columns jsonb not null, -- type readonly (string | null)[]; what each of them says, in their order; null: left out
  date_order text check (date_order in ('day-first', 'month-first')), -- null: not asked
  chosen_at_ms bigint not null,
  primary key (provider_id, header_hash)
);
select karibu_guard('customer_column_choices');
