-- Tables of money/subscriptions. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A right to a plan, period by period. `line`: an account's. `package`: a phone's package, bought anew before the last one ends.
create table subscriptions (
  provider_id text not null references providers,
  subscription_id text not null,
  customer_id text, -- Null for a package: its party says whose it is.
  account_id text,
  plan_id text not null,
  plan_name text not null,
  price_cents bigint not null check (price_cents >= 0), -- of a period; a plan that becomes dearer changes no subscription
  currency text not null,
  every_unit text check (every_unit in ('day', 'week', 'month')), -- Null for a package: it ends as its plan says.
  every_count integer check (every_count between 1 and 36),
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
  noted_phase text not null, -- type Phase from "./subscription-policy.ts"; the last that the log tells
  next_look_ms bigint, -- null: nothing of it changes by the clock
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  -- Pauses since the anchor, summed: all boundaries of the periods stand so much later. What is left keeps its worth, and the period its
  -- name.
  shifted_ms bigint not null default 0,
  kind text not null default 'line' check (kind in ('line', 'package')),
  prompts integer not null default 0, -- how often the phone was asked since it was paid last
  prompted_at_ms bigint,
  -- A line is charged at its end, not before: until then the site has it that the customer stays online a little longer.
  bridged_until_ms bigint, -- null: credit did not cover it, or nobody has looked
  -- A customer who has a standing order at M-Pesa (Ratiba) pays by it: no phone is asked, and nobody is reminded before the date.
  standing_order boolean not null default false,
  -- A subscription's months are those of the clock that its provider had when its first period began: whoever moves a provider to another
  -- time zone moves nobody's paid time.
  anchor_offset_minutes integer not null default 0,
  promised_at_ms bigint,
  -- A plan that counts data or time online and was left in this period: its price, and what of that was unused then, with what changes have held back
  -- since. Null: none was.
  left_period text,
  left_price_cents bigint,
  left_unused_cents bigint,
  primary key (provider_id, subscription_id),
  constraint subscriptions_of_line check (kind <> 'line' or num_nulls(customer_id, account_id, every_unit, every_count) = 0)
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
  idempotency_key text, -- of the request; null: a late fee, of which an end has one
  primary key (provider_id, item_id)
);
create unique index subscription_items_idempotency on subscription_items (provider_id, idempotency_key) where idempotency_key is not null;
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

-- What only subscriptions of the kind `package` have: whose it is, which phone is asked, and why it waits.
create table subscription_packages (
  provider_id text not null references providers,
  subscription_id text not null,
  party text not null, -- type Party from "../../ground/amounts/parties.ts"
  plan_id text not null,
  site_id text not null,
  phone_sealed bytea,
  phone_masked text,
  started_ms bigint not null, -- the keys of its purchases name it: one that is switched on again buys anew
  last_purchase_id text, -- the package that it goes on from
  problem text, -- why it waits, or is over
  suspended_at_ms bigint, -- the credit did not suffice; money that comes in renews at once
  tries integer not null default 0,
  primary key (provider_id, subscription_id)
);
create unique index subscription_packages_of on subscription_packages (provider_id, party, plan_id, site_id);
select karibu_guard('subscription_packages');
