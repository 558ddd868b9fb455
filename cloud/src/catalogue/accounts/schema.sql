-- Tables of catalogue/accounts. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Customers' log-ins for hotspot and PPPoE. A site gets a row of the feed for each that may log in there.
create table accounts (
  provider_id text not null references providers,
  account_id text not null,
  customer_id text not null,
  username text not null,
  username_key text not null generated always as (lower(username)) stored,
  service text not null check (service in ('hotspot', 'pppoe', 'any')),
  nt_hash_sealed bytea not null, -- as good as the password
  password_sealed bytea, -- the password itself, only where CHAP is switched on
  plan_id text not null,
  plan_name text not null,
  terms jsonb not null, -- type Terms from "@karibu/protocol/plan"; a copy of the plan's, with the account's own speeds and devices
  own_limits jsonb not null, -- type OwnLimits from "./account-standing.ts"; what differs from the plan
  address jsonb, -- type AccountAddress from "@karibu/protocol/accounts/customer-account"
  macs jsonb not null, -- type string[]
  -- What its subscription says: until when it is paid, and what comes then.
  standing jsonb not null, -- type Standing from "./account-standing.ts"
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  -- `free`: nobody pays for it, for ever, and somebody said why: staff, the owner's home. `subscription`: it is let in as its subscription
  -- says.
  billing text not null default 'subscription' check (billing in ('subscription', 'free')),
  free_reason text, -- why nobody pays for it; not null where it is free
  -- Its password came from another system and is easily guessed; null once a new one is set.
  weak_password text check (weak_password in ('is-name', 'short')),
  primary key (provider_id, account_id),
  constraint accounts_free_reason check ((billing = 'free') = (free_reason is not null))
);
create unique index accounts_username on accounts (provider_id, username_key) where deleted_at_ms is null;
create index accounts_newest on accounts (provider_id, account_id desc) where deleted_at_ms is null;
create index accounts_customer on accounts (provider_id, customer_id, account_id desc);
create index accounts_free on accounts (provider_id, account_id desc) where billing = 'free' and deleted_at_ms is null;
select karibu_guard('accounts');
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).

-- Where it may log in.
create table account_sites (
  provider_id text not null references providers,
  account_id text not null,
  site_id text not null,
  static_address text, -- one account of a site has it
  primary key (provider_id, account_id, site_id)
);
create unique index account_sites_address on account_sites (provider_id, site_id, static_address) where static_address is not null;
select karibu_guard('account_sites');
