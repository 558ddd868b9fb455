-- A provider's own RADIUS server, by which people of chosen roles may log in to the console. Owners never do.
create table console_radius (
  provider_id text not null references providers,
  -- Either a name or an address of the internet, or a site whose router answers in the hub's tunnel.
  host text,
  site_id text,
  port integer not null check (port between 1024 and 65535),
  secret_sealed bytea not null,
  names text not null check (names in ('address', 'before-at')), -- what the server is asked about: the whole e-mail address, or what stands before its @
  roles jsonb not null, -- ids of the roles whose people may log in by it
  role_attribute text check (role_attribute in ('class', 'filterId', 'mikrotikGroup')),
  role_map jsonb not null, -- [{"value": text, "role": id}], where role_attribute is not null
  changed_at_ms bigint not null,
  -- What came of the last log-in that asked it, for who looks why nobody gets in.
  asked_at_ms bigint,
  outcome text,
  primary key (provider_id),
  foreign key (provider_id, site_id) references sites,
  check ((host is null) <> (site_id is null))
);
select karibu_guard('console_radius');
