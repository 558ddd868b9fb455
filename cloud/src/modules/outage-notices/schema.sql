-- Tables of modules/outage-notices. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- How a provider tells customers, who wish it, that their site is away, is back, or will be worked at. No row: the usual.
create table outage_rules (
  provider_id text primary key references providers,
  mode text not null check (mode in ('off', 'ask', 'auto')), -- ask: a person decides each time
  after_minutes integer not null check (after_minutes between 5 and 1440), -- shorter ones are nobody's news
  tells_back boolean not null,
  quiet_from_minute integer, -- of the day, in the provider's time zone; both null: none
  quiet_until_minute integer,
  per_minute integer not null check (per_minute between 1 and 1000)
);
select karibu_guard('outage_rules');

-- A customer's wish to be told of outages. No row: not wished.
create table outage_wishes (
  provider_id text not null references providers,
  customer_id text not null,
  wished boolean not null,
  how text not null, -- by which person of the provider, or `customer`
  since_ms bigint not null,
  primary key (provider_id, customer_id),
  foreign key (provider_id, customer_id) references customers on delete cascade
);
select karibu_guard('outage_wishes');

-- An outage or planned work at a site: since when, until when, and what customers are told of it.
create table outages (
  provider_id text not null references providers,
  outage_id text not null,
  site_id text not null,
  kind text not null check (kind in ('outage', 'maintenance')),
  -- found: a person decides. told: customers are told. dismissed: nobody is. over: it is back. cancelled: planned work that does not take
  -- place.
  state text not null check (state in ('found', 'told', 'dismissed', 'over', 'cancelled')),
  since_ms bigint not null, -- of planned work: when it begins
  until_ms bigint, -- of planned work: when it ends; of an outage: when it was back
  words text, -- of planned work: what else is said
  decided_by text,
  made_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, outage_id)
);
create unique index outages_open on outages (provider_id, site_id) where kind = 'outage' and until_ms is null;
create index outages_newest on outages (provider_id, since_ms desc, outage_id desc);
create index outages_found on outages (provider_id) where state = 'found';
create index outages_site on outages (provider_id, site_id, outage_id desc);
select karibu_guard('outages');

-- Who is told what, once.
create table outage_notices (
  provider_id text not null references providers,
  outage_id text not null,
  customer_id text not null,
  phase text not null check (phase in ('down', 'back')),
  state text not null check (state in ('waiting', 'sent', 'skipped')),
  at_ms bigint not null,
  primary key (provider_id, outage_id, customer_id, phase),
  foreign key (provider_id, outage_id) references outages on delete cascade
);
create index outage_notices_waiting on outage_notices (provider_id, at_ms) where state = 'waiting';
select karibu_guard('outage_notices');
