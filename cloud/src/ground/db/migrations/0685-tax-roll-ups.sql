-- What was charged to customers line by line, by day, for the report of taxes: equal lines of a day are one row, because each line is taxed, and
-- rounded, by itself. Kept as the other sums of sales are: an entry of the books brings its charge's lines when it is counted.
create table report_charges (
  provider_id text not null references providers,
  currency text not null,
  day date not null, -- of the provider's zone
  kind text not null, -- of the line
  plan_id text not null, -- '': none
  cents bigint not null, -- of one line; below zero: taken back
  lines bigint not null,
  primary key (provider_id, currency, day, kind, plan_id, cents)
);
select karibu_guard('report_charges');
set local role karibu_platform;
insert into report_charges
  select c.provider_id, c.currency, (to_timestamp((e.at_ms + p.utc_offset_minutes * 60000::bigint) / 1000) at time zone 'UTC')::date,
    line.kind, coalesce(line."planId", ''), line."totalCents", count(*)
  from document_charges c
  join ledger_entries e on e.provider_id = c.provider_id and e.entry_id = c.entry_id
  join providers p on p.provider_id = c.provider_id
  cross join lateral jsonb_to_recordset(c.lines) as line(kind text, "planId" text, "totalCents" bigint)
  where line.kind <> 'deposit'
    and not exists (select from report_entries_waiting w where w.provider_id = e.provider_id and w.entry_id = e.entry_id)
  group by 1, 2, 3, 4, 5, 6;
reset role;

-- A hub process of the release before would count an entry without its charge: as in 0589, what waits is left to a process that counts both.
alter table report_sales add column with_charges boolean not null default true check (with_charges);
alter table report_sales alter column with_charges drop default;

-- A year of documents is read from these alone; their lines only where one is outside of the taxes.
create index documents_taxes on documents (provider_id, currency, issued_on)
  include (kind, net_cents, excise_cents, vat_cents, total_cents) where kind in ('tax-invoice', 'sales-summary', 'credit-note');
create index documents_outside on documents (provider_id, currency, issued_on)
  where kind in ('tax-invoice', 'sales-summary', 'credit-note') and lines @> '[{"treatment": "outside"}]';
