-- Tables of identity/radius. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A provider's own RADIUS server, by which people of chosen roles may log in to the console. Owners never do.
create table console_radius (
  provider_id text primary key references providers,
  -- Either a name or an address of the internet, or a site whose router answers in the hub's tunnel.
  host text,
  site_id text,
  port integer not null check (port between 1024 and 65535),
  secret_sealed bytea not null,
  -- what the server is asked about: the whole e-mail address, or what stands before its @
  names text not null check (names in ('address', 'before-at')),
  roles jsonb not null, -- type string[]; ids of the roles whose people may log in by it
  role_attribute text check (role_attribute in ('class', 'filterId', 'mikrotikGroup')),
  role_map jsonb not null, -- type MappedRole[] from "./radius-policy.ts"; [{"value": text, "role": id}], where role_attribute is not null
  changed_at_ms bigint not null,
  asked_at_ms bigint, -- What came of the last log-in that asked it, for who looks why nobody gets in.
  outcome text,
  -- The rights of the provider's own roles as they were when somebody who has them all chose these roles; what a role gets later is not
  -- given by a log-in by RADIUS until somebody confirms it anew.
  confirmed jsonb not null, -- type Readonly<Record<string, readonly string[]>>
  server_at_ms bigint not null, -- Since when it is this very server (host or site, port, secret).
  foreign key (provider_id, site_id) references sites,
  check ((host is null) <> (site_id is null))
);
select karibu_guard('console_radius');
-- Triggers of other rooms: `change_noted`, `removal_noted`, `revocation_noted` (operations/back-ups).
