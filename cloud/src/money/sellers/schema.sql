-- Tables of money/sellers. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Who sells for cash at the sites themselves: a name and a PIN, which rests sealed because the sites are told it.
create table sellers (
  provider_id text not null references providers,
  seller_id text not null,
  name text not null,
  name_key text not null, -- as a site compares what was typed: lower case, single blanks
  pin_sealed bytea not null, -- {"hash", "salt"} as sites get it; short, so it rests in the envelope
  commission_permille integer not null, -- of each sale, kept by the seller
  earlier_rates jsonb not null default '[]', -- type readonly EarlierRate[] from "./sellers.ts"; sites tell their sales late
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, seller_id)
);
create unique index sellers_name on sellers (provider_id, name_key);
select karibu_guard('sellers');
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).

-- A row stays when a seller leaves a site: the site counts what was sold there from its first day on.
create table seller_sites (
  provider_id text not null,
  seller_id text not null,
  site_id text not null,
  active boolean not null,
  float_cents bigint, -- cash that may be out at this site at once; null: no limit
  handed_in_cents bigint not null default 0,
  primary key (provider_id, seller_id, site_id),
  foreign key (provider_id, seller_id) references sellers,
  foreign key (provider_id, site_id) references sites
);
create index seller_sites_site on seller_sites (provider_id, site_id);
select karibu_guard('seller_sites');
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).
