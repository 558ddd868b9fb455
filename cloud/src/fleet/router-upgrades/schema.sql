-- Tables of fleet/router-upgrades. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- A new RouterOS for chosen routers: one first, which must be back and well for a while, then more in each stage.
create table router_upgrades (
  provider_id text not null references providers,
  upgrade_id text not null,
  channel text not null check (channel in ('long-term', 'stable')),
  version text not null,
  healthy_minutes bigint not null, -- a router must be well for so long before it counts
  window_from_minute bigint, -- of the provider's day; null: at any time
  window_until_minute bigint,
  state text not null check (state in ('running', 'paused', 'stopped', 'done')),
  begun bigint not null default 0, -- so many sites have had their turn
  failures_seen bigint not null default 0, -- a person has gone on after so many
  made_by text not null,
  made_by_name text not null,
  made_at_ms bigint not null,
  ended_at_ms bigint,
  primary key (provider_id, upgrade_id)
);
create index router_upgrades_running on router_upgrades (provider_id, upgrade_id) where state = 'running';
select karibu_guard('router_upgrades');

-- One router of an upgrade: its place in the order, and how far it is.
create table router_upgrade_sites (
  provider_id text not null references providers,
  upgrade_id text not null,
  site_id text not null,
  place bigint not null, -- in this order
  state text not null check (state in ('waiting', 'backing-up', 'ordered', 'rebooting', 'watching', 'done', 'failed', 'left-out')),
  from_version text,
  back_up_id text,
  order_id text,
  since_ms bigint not null, -- of this state, by the hub's clock
  why text, -- a code of ours, or the router's own words
  primary key (provider_id, upgrade_id, site_id)
);
select karibu_guard('router_upgrade_sites');
