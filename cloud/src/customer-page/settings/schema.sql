-- Tables of customer-page/settings. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- What a provider decides about its customers' page. No row: the usual.
create table customer_page_settings (
  provider_id text primary key references providers,
  is_open boolean not null,
  codes_a_day integer not null check (codes_a_day between 0 and 100000),
  plan_ids jsonb not null -- type string[]; to which customers may change by themselves
);
select karibu_guard('customer_page_settings');
