-- Tables of catalogue/plans. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A heading under which the portal shows plans.
create table plan_groups (
  provider_id text not null references providers,
  group_id text not null,
  name text not null,
  position integer not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  primary key (provider_id, group_id)
);
create unique index plan_groups_name on plan_groups (provider_id, lower(name)) where deleted_at_ms is null;
select karibu_guard('plan_groups');

-- What a provider sells: a name, a price, and the terms that a bought grant copies. Never deleted from the table: sales name it.
create table plans (
  provider_id text not null references providers,
  plan_id text not null,
  name text not null,
  price_cents bigint not null,
  currency text not null,
  active boolean not null,
  terms jsonb not null, -- type Terms from "@karibu/protocol/plan"
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  group_id text,
  archived_at_ms bigint, -- Archived: no longer sold nor shown among the plans on sale, and can come back.
  -- Other prices of a plan at some sites, in some regions, or in another currency: `placePriceSchema`. The plan's own price holds
  -- elsewhere.
  prices jsonb not null default '[]', -- type readonly PlacePrice[] from "@karibu/protocol/offers/place-price"
  -- A plan that is given to try, once, and never sold: `trialSchema`. Null: it is none.
  trial jsonb, -- type Trial from "@karibu/protocol/plan"
  primary key (provider_id, plan_id),
  foreign key (provider_id, group_id) references plan_groups
);
create unique index plans_name on plans (provider_id, name) where deleted_at_ms is null;
select karibu_guard('plans');
