-- Routers of a site without an agent: they ask the agent behind the site's first router. Each has a secret of its own.
create table site_further_routers (
  provider_id text not null,
  site_id text not null,
  own_address text not null, -- where the first router reaches it
  agent_side text not null, -- where it reaches the first router
  name text not null,
  version text not null, -- of RouterOS
  interfaces jsonb not null,
  network text not null,
  max_sessions int not null,
  pado_delay_ms int not null,
  radius_secret_sealed bytea not null,
  made_at_ms bigint not null,
  primary key (provider_id, site_id, own_address),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('site_further_routers');
