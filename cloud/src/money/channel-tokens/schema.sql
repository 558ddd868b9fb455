-- Tables of money/channel-tokens. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- One token per app, shared by all hub processes: a new one kills the old one. Whoever holds the lease fetches.
create table channel_tokens (
  provider_id text not null,
  app text not null, -- SHA-256, hex, of base URL and key
  token_sealed bytea,
  ends_at_ms bigint not null default 0,
  lease_until_ms bigint not null default 0,
  primary key (provider_id, app)
);
select karibu_guard('channel_tokens');
