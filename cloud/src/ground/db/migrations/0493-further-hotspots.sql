-- A further router of a site may serve guests, PPPoE customers, or both. Its secret changes without an outage: the next one lies here, sealed,
-- until the site's agent says that the router has it.
alter table site_further_routers
  alter column network drop not null, -- null: no PPPoE there
  alter column max_sessions drop not null,
  alter column pado_delay_ms drop not null,
  add column hotspot_ports jsonb, -- null: no hotspot there
  add column hotspot_network text,
  add column next_secret_sealed bytea, -- null: no change is under way
  add column rotation_id text, -- of the change under way, or of the last one
  add column secret_wanted_at_ms bigint,
  add column secret_sent_at_ms bigint, -- the agent takes the next one since then
  add column secret_tries int not null default 0,
  add column secret_next_at_ms bigint, -- null: nothing waits
  add column secret_held_until_ms bigint not null default 0, -- a process asks the site at this moment
  add column secret_problem text, -- what came of the last try
  add column secret_changed_at_ms bigint;
create index site_further_routers_due on site_further_routers (provider_id, secret_next_at_ms) where secret_next_at_ms is not null;
