-- Tables of fleet/sites. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- A place where a provider sells: one router (and its further ones), one agent. A deleted site keeps its row, because books and sessions
-- name it.
create table sites (
  provider_id text not null references providers,
  site_id text not null,
  name text not null,
  region text,
  district text,
  latitude double precision,
  longitude double precision,
  interim_seconds bigint not null,
  auto_log_in boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  -- Where a site's router stands and how it is reached, for people: nothing here connects by it.
  address text,
  note text,
  primary key (provider_id, site_id)
);
create index sites_name on sites (provider_id, lower(name), site_id);
select karibu_guard('sites');
select karibu_open_to_booker('sites', 'select (provider_id, site_id, deleted_at_ms)');
