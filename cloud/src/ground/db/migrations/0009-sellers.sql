-- Who sells for cash at the sites themselves, what they sold there, and outages that were credited.

create table sellers (
  provider_id text not null references providers,
  seller_id text not null,
  name text not null,
  name_key text not null, -- as a site compares what was typed: lower case, single blanks
  pin_sealed bytea not null, -- {"hash", "salt"} as sites get it; short, so it rests in the envelope
  commission_permille integer not null, -- of each sale, kept by the seller
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, seller_id)
);
create unique index sellers_name on sellers (provider_id, name_key);
select karibu_guard('sellers');

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

-- Written by the projection of the journal. A seller may be one of the site file, whom the hub does not know.
create table cash_sales (
  provider_id text not null,
  site_id text not null,
  sale_id text not null,
  seller_id text not null,
  plan_id text,
  plan_name text not null,
  price_cents bigint not null,
  commission_cents bigint not null,
  currency text not null,
  grant_id text not null,
  code_end text not null, -- the last four characters: enough to know a slip by
  sold_at_ms bigint not null, -- the site's clock, corrected when the site learns the true time
  epoch text not null,
  seq bigint not null,
  received_at_ms bigint not null,
  entry_id text, -- null: nothing was paid
  primary key (provider_id, site_id, sale_id)
);
create index cash_sales_newest on cash_sales (provider_id, sold_at_ms desc, sale_id);
create index cash_sales_seller on cash_sales (provider_id, seller_id, site_id);
create index cash_sales_grant on cash_sales (provider_id, grant_id);
select karibu_guard('cash_sales');

-- The internet was away at a site, and whoever had time running there got it back.
create table outage_credits (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  from_ms bigint not null,
  to_ms bigint not null,
  received_at_ms bigint not null,
  primary key (provider_id, site_id, epoch, seq)
);
create index outage_credits_newest on outage_credits (provider_id, site_id, to_ms desc);
select karibu_guard('outage_credits');
create index grant_starts_running on grant_starts (provider_id, site_id, ends_at_ms) where ends_at_ms is not null;

-- Outages from so long on are credited, at most so long each. Null: none is.
alter table providers
  add column outage_min_seconds bigint,
  add column outage_max_seconds bigint;
