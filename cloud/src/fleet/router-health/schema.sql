-- Tables of fleet/router-health. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What each site's agent found at its router, as it said last.
create table router_health (
  provider_id text not null references providers,
  site_id text not null,
  router_os text, -- as the router says it
  is_compared boolean not null,
  findings jsonb not null, -- type readonly SiteFinding[] from "@karibu/protocol/router/router-health"
  told_at_ms bigint not null, -- by the hub's clock
  primary key (provider_id, site_id)
);
select karibu_guard('router_health');

-- What a provider wants done where a router differs from its set-up.
create table router_policies (
  provider_id text primary key references providers,
  drift text not null check (drift in ('off', 'tell', 'repair')),
  updated_at_ms bigint not null
);
select karibu_guard('router_policies');
