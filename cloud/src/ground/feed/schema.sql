-- Tables of ground/feed. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- How far each site has applied what it follows. `scope` as in feed_scopes.
create table feed_applied (
  provider_id text not null,
  site_id text not null,
  scope text not null,
  version bigint not null,
  at_ms bigint not null,
  primary key (provider_id, site_id, scope)
);
select karibu_guard('feed_applied');

-- The feed: keyed state. `scope` is 'provider', 'site:<siteId>' or 'batch:<batchId>'. A version is taken under the lock of the scope's row
-- and held until commit, so that versions commit in order.
create table feed_scopes (
  provider_id text not null,
  scope text not null,
  version bigint not null,
  horizon bigint not null default 0, -- Tombstones up to here are gone: an older cursor needs a snapshot.
  primary key (provider_id, scope)
);
select karibu_guard('feed_scopes');
select karibu_open_to_booker('feed_scopes', 'select, insert, update');

-- One row of the feed: what sites of this scope are to know under this key. A deleted one stays as a mark until everybody had it.
create table feed_rows (
  provider_id text not null,
  scope text not null,
  kind text not null,
  key text not null,
  version bigint not null,
  body jsonb, -- type unknown, computed; null: a tombstone; {"sealed": "<base64>"}: in the envelope of the master key
  changed_at_ms bigint not null,
  -- Of a batch's row: the version that the back-up had, or that of the signed row that was taken back. What the hub itself publishes after
  -- a restore does not change it. Null: the batch was made since.
  restored_version bigint,
  primary key (provider_id, scope, kind, key)
);
create index feed_rows_version on feed_rows (provider_id, scope, version);
create index feed_rows_tombstones on feed_rows (changed_at_ms) where body is null;
select karibu_guard('feed_rows');
select karibu_open_to_booker('feed_rows', 'select, insert, update');
