-- Tables of fleet/hosted-sites. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Processes that host. No tenant: one host serves sites of many providers.
create table hosts (
  host_id text primary key,
  name text not null,
  token_hash text unique, -- For its enrolment: single use, short-lived, kept as a hash.
  token_expires_at_ms bigint,
  public_key text, -- base64, 32 bytes; null: not enrolled yet
  made_at_ms bigint not null,
  enrolled_at_ms bigint,
  revoked_at_ms bigint,
  connected_at_ms bigint, -- How its own link stands (its sites' links are in site_links, as everybody's).
  disconnected_at_ms bigint,
  agent_version text,
  -- Which hub process holds a host's own link, and which link that is: a host is online while that process lives (hub_processes), so that
  -- one which died without a good-bye leaves nobody online.
  process_id text,
  link_id text, -- The newest connection: the end of an older one changes nothing.
  -- Its key was made with the present token. Times do not say so: the clock may have been set between the two.
  token_used boolean not null default false
);
grant select, insert, update on hosts to karibu_platform;
grant select (host_id, name, made_at_ms, enrolled_at_ms, revoked_at_ms) on hosts to karibu_app;
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).

-- A site whose agent runs on a host of the platform, beside those of other providers.
create table hosted_sites (
  provider_id text not null,
  site_id text not null,
  host_id text not null references hosts,
  hosting_id text not null, -- Another one each time the site is given to a host: then its agent enrols anew.
  radius_secret_sealed bytea not null,
  made_at_ms bigint not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create index hosted_sites_host on hosted_sites (host_id, site_id);
select karibu_guard('hosted_sites');
