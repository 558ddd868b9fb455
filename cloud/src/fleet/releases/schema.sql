-- Tables of fleet/releases. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- No tenant: a release is the same for all. The bundle is no secret: every site fetches it.
create table releases (
  release_id text primary key, -- the bundle's own id: version and the beginning of its payload's digest
  version text not null unique,
  minimal_image text not null,
  bytes bigint not null,
  sha256 text not null, -- of the whole file, hex
  bundle bytea not null,
  notes text not null,
  uploaded_by text not null, -- a user of the platform
  created_at_ms bigint not null
);
grant select on releases to karibu_app;
grant select, insert on releases to karibu_platform;

-- Which release sites of a channel get, and how far its roll-out is. No tenant: only the platform's role reads it.
create table release_channels (
  channel text primary key check (channel in ('stable', 'early')),
  release_id text references releases,
  percent integer not null check (percent between 0 and 100),
  paused boolean not null,
  pause_reason text check (pause_reason in ('by-hand', 'sites-failed', 'sites-lost')),
  watch_since_ms bigint not null, -- What happened before was looked at: it does not pause the stage again.
  updated_at_ms bigint not null
);
grant select on release_channels to karibu_app;
grant select, insert, update on release_channels to karibu_platform;

-- What somebody decided for a site, what it was given, and how that went. A site without a row follows 'stable'.
create table site_releases (
  provider_id text not null,
  site_id text not null,
  channel text not null default 'stable' references release_channels, -- type Channel from "./release-channels.ts"
  goes_first boolean not null default false,
  pinned_release_id text references releases,
  given_release_id text references releases,
  given_exact boolean not null default false,
  given_at_ms bigint,
  good_release_id text references releases, -- ran well before the given one
  failed_release_id text references releases,
  failed_at_ms bigint,
  outcome text check (outcome in ('waiting', 'running', 'failed', 'refused', 'lost')),
  outcome_at_ms bigint,
  outcome_why text,
  -- Why a site could not run `failed_release_id`: `outcome_why` is about the release that it was given since.
  failed_why text,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('site_releases');
