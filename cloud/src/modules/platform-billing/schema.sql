-- Tables of modules/platform-billing. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs
-- stands at the table.

-- What providers pay the platform for.
create table platform_plans (
  provider_id text not null references providers, -- the platform
  plan_id text not null,
  name text not null,
  price_cents bigint not null check (price_cents >= 0),
  currency text not null,
  every_months integer not null check (every_months between 1 and 12),
  trial_days integer not null check (trial_days between 0 and 90),
  limits jsonb not null, -- type PlanLimits from "./plan-limits.ts"; by kind of quota; what is left out is the hub's default
  active boolean not null, -- providers can choose it
  for_new boolean not null, -- new providers begin with it
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, plan_id)
);
create unique index platform_plans_for_new on platform_plans (provider_id) where for_new;
select karibu_guard('platform_plans');

-- Which plan of the platform a provider has, and since when.
create table platform_subscriptions (
  provider_id text primary key references providers, -- who pays
  plan_id text not null, -- whose limits are in force
  next_plan_id text, -- from the first period that is not charged yet
  anchor_ms bigint not null, -- the end of the trial: the first period begins
  every_months integer not null,
  utc_offset_minutes integer not null,
  created_at_ms bigint not null,
  ended_at_ms bigint -- by the platform; then it owes nothing new
);
select karibu_guard('platform_subscriptions');

-- One row a period, and one invoice of the platform for it.
create table platform_charges (
  provider_id text not null references providers,
  period integer not null check (period >= 0), -- of its subscription, counted from the anchor
  plan_id text not null,
  plan_name text not null,
  amount_cents bigint not null,
  currency text not null,
  every_months integer not null,
  from_ms bigint not null,
  until_ms bigint not null,
  due_at_ms bigint not null,
  invoice_id text not null, -- of the platform
  created_at_ms bigint not null,
  primary key (provider_id, period)
);
create index platform_charges_invoice on platform_charges (provider_id, invoice_id);
select karibu_guard('platform_charges');

-- What a provider's owners were told of the platform's invoices, each once.
create table platform_notices (
  provider_id text not null references providers,
  period integer not null,
  ordinal integer not null check (ordinal between 1 and 3),
  sent_at_ms bigint not null,
  -- How long there was no way to pay the platform since a notice went out: those days do not count.
  waived_ms bigint not null default 0,
  primary key (provider_id, period, ordinal)
);
select karibu_guard('platform_notices');
