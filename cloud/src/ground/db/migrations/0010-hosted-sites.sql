-- Hosted sites: agents of routers that can hold no container run in a process beside the hub. And leases of bought grants.

-- Processes that host. No tenant: one host serves sites of many providers.
create table hosts (
  host_id text primary key,
  name text not null,
  -- For its enrolment: single use, short-lived, kept as a hash.
  token_hash text unique,
  token_expires_at_ms bigint,
  public_key text, -- base64, 32 bytes; null: not enrolled yet
  made_at_ms bigint not null,
  enrolled_at_ms bigint,
  revoked_at_ms bigint,
  -- How its own link stands (its sites' links are in site_links, as everybody's).
  connected_at_ms bigint,
  disconnected_at_ms bigint,
  agent_version text
);
grant select, insert, update on hosts to karibu_platform;

create table hosted_sites (
  provider_id text not null,
  site_id text not null,
  host_id text not null references hosts,
  -- Another one each time the site is given to a host: then its agent enrols anew.
  hosting_id text not null,
  radius_secret_sealed bytea not null,
  made_at_ms bigint not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create index hosted_sites_host on hosted_sites (host_id, site_id);
select karibu_guard('hosted_sites');

-- Among these sites a bought grant may be used wherever it was bought. None by default.
create table roaming_sites (
  provider_id text not null,
  site_id text not null,
  added_at_ms bigint not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('roaming_sites');

-- Where a bought grant went since its purchase. Each move is a grant of its own, worth what was left: `lease_id` is its id
-- at the sites, so that nothing a former holder still believes can concern it.
create table grant_leases (
  provider_id text not null,
  grant_id text not null,
  lease_id text not null, -- <grant_id>.<number>
  number integer not null,
  site_id text not null, -- who holds it
  from_site_id text not null,
  moved_at_ms bigint not null,
  terms jsonb not null,
  started_at_ms bigint,
  ends_at_ms bigint,
  primary key (provider_id, grant_id),
  foreign key (provider_id, grant_id) references grants,
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('grant_leases');

-- What sites said in their journals that they let go of, by the id that they had it under.
create table grant_releases (
  provider_id text not null,
  lease_id text not null,
  site_id text not null,
  released_at_ms bigint not null, -- ours
  use jsonb not null,
  primary key (provider_id, lease_id, site_id)
);
select karibu_guard('grant_releases');
