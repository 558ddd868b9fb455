-- Tables of money/promotions. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Lower prices, or more for the same price, for a while. With a code: for who types it, counted in `promotion_uses`. Without: for
-- everybody, and each site knows it too.
create table promotions (
  provider_id text not null references providers,
  promotion_id text not null,
  name text not null,
  gift jsonb not null, -- type Gift from "@karibu/protocol/offers/promotion"
  code text, -- upper case, without spacing; null: for everybody
  from_ms bigint,
  until_ms bigint,
  hours jsonb not null, -- type Promotion["hours"] from "@karibu/protocol/offers/promotion"
  plan_ids jsonb not null, -- type string[]
  site_ids jsonb not null, -- type string[]
  audience text not null check (audience in ('everyone', 'new', 'known')),
  uses_max integer check (uses_max > 0),
  per_phone_max integer check (per_phone_max > 0),
  per_day_max integer check (per_day_max > 0),
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  primary key (provider_id, promotion_id),
  check (code is not null or audience = 'everyone' and uses_max is null and per_phone_max is null and per_day_max is null)
);
create unique index promotions_code on promotions (provider_id, code) where code is not null and deleted_at_ms is null;
select karibu_guard('promotions');

-- Each use of a code: reserved when the purchase is made, used when it is paid, given back when it failed.
create table promotion_uses (
  provider_id text not null references providers,
  purchase_id text not null,
  promotion_id text not null,
  party text, -- type Party from "../../ground/amounts/parties.ts"; whose purchase; null: who buys for cash gave no number
  day integer not null, -- of the provider's calendar, since 1970
  state text not null check (state in ('reserved', 'used', 'given-back')),
  discount_cents bigint not null,
  currency text not null,
  at_ms bigint not null,
  primary key (provider_id, purchase_id),
  foreign key (provider_id, promotion_id) references promotions on delete cascade
);
create index promotion_uses_of on promotion_uses (provider_id, promotion_id, state);
create index promotion_uses_party on promotion_uses (provider_id, party);
select karibu_guard('promotion_uses');

-- No promotion makes a price lower than this, minor units of the provider's own currency.
create table promotion_rules (
  provider_id text primary key references providers,
  floor_cents bigint not null check (floor_cents >= 0),
  updated_at_ms bigint not null
);
select karibu_guard('promotion_rules');
