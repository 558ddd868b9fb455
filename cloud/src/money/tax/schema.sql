-- Tables of money/tax. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- What a provider's documents say of it, and how it is taxed. No row: it has said nothing yet, and is registered for nothing.
create table tax_settings (
  provider_id text primary key references providers,
  legal_name text, -- null: the provider's name
  tax_pin text, -- KRA PIN, TIN: printed, and told to the authority
  address text,
  payment_words text, -- how its customers pay, below each document
  colour text not null,
  picture_id text,
  vat_registered boolean not null,
  excise_registered boolean not null,
  number_prefix text not null, -- before each kind's own letters; may be empty
  fiscal_month integer not null check (fiscal_month between 1 and 12), -- in which a fiscal year begins
  subscription_documents text not null check (subscription_documents in ('each', 'monthly', 'none')),
  sales_summaries boolean not null,
  authority text not null check (authority in ('none', 'etims', 'efris')),
  branch text not null, -- of the taxpayer, as its authority numbers them
  updated_at_ms bigint not null
);
select karibu_guard('tax_settings');

-- Rates of a provider's own, from a day on; they stand above those that the hub knows (`tax-rates.ts`).
create table own_tax_rates (
  provider_id text not null references providers,
  tax text not null check (tax in ('vat', 'excise')),
  from_day text not null check (from_day ~ '^\d{4}-\d\d-\d\d$'), -- `2026-07-01`.
  rate_bp integer not null check (rate_bp between 0 and 10000), -- hundredths of a percent
  note text,
  set_by text not null,
  set_at_ms bigint not null,
  primary key (provider_id, tax, from_day)
);
select karibu_guard('own_tax_rates');

-- Plans that are taxed in another way than most. No row: `standard`.
create table plan_taxes (
  provider_id text not null references providers,
  plan_id text not null,
  treatment text not null check (treatment in ('standard', 'no-excise', 'zero-rated', 'exempt')),
  primary key (provider_id, plan_id)
);
select karibu_guard('plan_taxes');

-- The tax PIN of a customer who wants it on documents: businesses do.
create table buyer_pins (
  provider_id text not null references providers,
  customer_id text not null,
  tax_pin text not null,
  primary key (provider_id, customer_id)
);
select karibu_guard('buyer_pins');
