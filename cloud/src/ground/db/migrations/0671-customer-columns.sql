-- What a provider's people said of the columns of a file of customers, for the next file with the same first line.
create table customer_column_choices (
  provider_id text not null references providers,
  header_hash text not null, -- of the columns' names
  columns jsonb not null, -- what each of them says, in their order; null: left out
  date_order text check (date_order in ('day-first', 'month-first')), -- null: not asked
  chosen_at_ms bigint not null,
  primary key (provider_id, header_hash)
);
select karibu_guard('customer_column_choices');
