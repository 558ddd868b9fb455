-- Tables of modules/radius-log-in. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
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
-- A restore must not bring a server back that was taken away, nor the rights that it had. In a restore the rows of the back-up come: they
-- are no news.
create trigger revocation_noted after insert on console_radius for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id',
    'host,site_id,port,secret_sealed,names,roles,role_attribute,role_map,confirmed,server_at_ms,changed_at_ms');
create trigger change_noted after update on console_radius for each row
  when (old.changed_at_ms is distinct from new.changed_at_ms)
  execute function karibu_note_revocation('provider_id',
    'host,site_id,port,secret_sealed,names,roles,role_attribute,role_map,confirmed,server_at_ms,changed_at_ms');
create trigger removal_noted after delete on console_radius for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id', 'changed_at_ms');
