-- Tables of fleet/router-services. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- What a person switched on at a site's router beside the hotspot. No row: nobody ever chose anything, and its scripts leave all that
-- alone.
create table site_router_services (
  provider_id text not null,
  site_id text not null,
  chosen jsonb not null, -- type RouterServices from "@karibu/protocol/router/router-services"
  changed_at_ms bigint not null,
  snmp_user text, -- with SNMP, and its secrets with it
  snmp_authentication_sealed bytea,
  snmp_encryption_sealed bytea,
  -- The account of a site's router for when the hub is away. Null: there is none.
  emergency_password_sealed bytea,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('site_router_services');

-- Routers of a site without an agent: they ask the agent behind the site's first router. Each has a secret of its own.
create table site_further_routers (
  provider_id text not null,
  site_id text not null,
  own_address text not null, -- where the first router reaches it
  agent_side text not null, -- where it reaches the first router
  name text not null,
  version text not null, -- of RouterOS
  interfaces jsonb not null, -- type string[]
  network text,
  max_sessions integer,
  pado_delay_ms integer,
  radius_secret_sealed bytea not null,
  made_at_ms bigint not null,
  -- A further router of a site may serve guests, PPPoE customers, or both. Its secret changes without an outage: the next one lies here,
  -- sealed, until the site's agent says that the router has it.
  hotspot_ports jsonb, -- type string[]; null: no hotspot there
  hotspot_network text,
  next_secret_sealed bytea, -- null: no change is under way
  secret_wanted_at_ms bigint,
  secret_sent_at_ms bigint, -- the agent takes the next one since then
  secret_tries integer not null default 0,
  secret_next_at_ms bigint, -- null: nothing waits
  secret_held_until_ms bigint not null default 0, -- a process asks the site at this moment
  secret_problem text, -- type FurtherSecretProblem from "./further-secret-problems.ts"; what came of the last try
  secret_changed_at_ms bigint,
  -- A further router asks the hub for its secret, over https and with a key of its own, which is exchanged once.
  claim_hash text,
  claim_until_ms bigint,
  fresh_key_hash text, -- given for the claim and not shown yet: until then the claim may be shown again
  own_key_hash text,
  heard_at_ms bigint, -- the router asked last
  secret_tried_at_ms bigint, -- the agent was told last: it is told anew with each link
  primary key (provider_id, site_id, own_address),
  foreign key (provider_id, site_id) references sites
);
create index site_further_routers_due on site_further_routers (provider_id, secret_next_at_ms) where secret_next_at_ms is not null;
create unique index site_further_routers_claim on site_further_routers (claim_hash) where claim_hash is not null;
create unique index site_further_routers_fresh on site_further_routers (fresh_key_hash) where fresh_key_hash is not null;
create unique index site_further_routers_own on site_further_routers (own_key_hash) where own_key_hash is not null;
select karibu_guard('site_further_routers');
