-- An account's right to a plan, period by period.
create table subscriptions (
  provider_id text not null references providers,
  subscription_id text not null,
  customer_id text not null,
  account_id text not null,
  plan_id text not null,
  plan_name text not null,
  price_cents bigint not null check (price_cents >= 0), -- of a period; a plan that becomes dearer changes no subscription
  currency text not null,
  every_unit text not null check (every_unit in ('day', 'week', 'month')),
  every_count integer not null check (every_count between 1 and 36),
  anchor_ms bigint not null, -- periods are counted from here
  periods integer not null, -- so many are paid for
  paid_until_ms bigint not null, -- of the two above, for lists
  auto_renew boolean not null, -- from the customer's credit
  cancel_at_end boolean not null default false,
  ended_at_ms bigint,
  suspended_reason text,
  paused_at_ms bigint,
  pause_until_ms bigint,
  promised_until_ms bigint, -- since it was paid last
  late_fee_for_ms bigint, -- of which end the late fee was charged
  noted_phase text not null, -- the last that the log tells
  next_look_ms bigint, -- null: nothing of it changes by the clock
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, subscription_id)
);
create unique index subscriptions_account on subscriptions (provider_id, account_id) where ended_at_ms is null;
create index subscriptions_customer on subscriptions (provider_id, customer_id, subscription_id desc);
create index subscriptions_newest on subscriptions (provider_id, subscription_id desc);
create index subscriptions_due on subscriptions (provider_id, paid_until_ms, subscription_id) where ended_at_ms is null;
create index subscriptions_look on subscriptions (next_look_ms) where next_look_ms is not null;
select karibu_guard('subscriptions');

-- What is paid beside the price: once, or with each period.
create table subscription_items (
  provider_id text not null references providers,
  item_id text not null,
  subscription_id text not null,
  kind text not null check (kind in ('fee', 'late-fee', 'deposit', 'add-on')),
  name text not null,
  amount_cents bigint not null check (amount_cents > 0),
  state text not null check (state in ('open', 'paid', 'waived', 'returned')), -- an add-on is open until it ends
  entry_id text,
  made_by text not null,
  made_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, item_id)
);
create index subscription_items_of on subscription_items (provider_id, subscription_id, item_id);
select karibu_guard('subscription_items');

-- Who did what to it, and why.
create table subscription_log (
  provider_id text not null references providers,
  log_id text not null,
  subscription_id text not null,
  at_ms bigint not null,
  what text not null,
  who text not null, -- a person's name, or `karibu`
  why text,
  amount_cents bigint,
  days integer, -- of a pause
  paid_until_ms bigint not null,
  entry_id text,
  primary key (provider_id, log_id)
);
create index subscription_log_newest on subscription_log (provider_id, log_id desc);
create index subscription_log_of on subscription_log (provider_id, subscription_id, log_id desc);
select karibu_guard('subscription_log');

-- A provider's rules; `plan_id` `*`: of all plans that have none of their own.
create table subscription_rules (
  provider_id text not null references providers,
  plan_id text not null,
  grace_seconds bigint not null check (grace_seconds between 0 and 31536000),
  after_way text not null check (after_way in ('cut', 'page', 'slower')),
  slow_down_kbps integer not null check (slow_down_kbps > 0),
  slow_up_kbps integer not null check (slow_up_kbps > 0),
  late_fee_cents bigint not null check (late_fee_cents >= 0),
  promise_days_max integer not null check (promise_days_max between 0 and 31),
  pause_days_max integer not null check (pause_days_max between 0 and 366),
  primary key (provider_id, plan_id)
);
select karibu_guard('subscription_rules');
