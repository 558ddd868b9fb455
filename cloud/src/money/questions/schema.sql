-- Tables of money/questions. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Which span of time a channel's list of transactions has been read for.
create table pull_spans (
  provider_id text not null,
  channel_id text not null,
  from_ms bigint not null,
  to_ms bigint not null,
  rows integer not null,
  read_at_ms bigint not null,
  primary key (provider_id, channel_id, from_ms, to_ms)
);
select karibu_guard('pull_spans');

-- When an app of a payment channel may be asked next: all hub processes keep to its limit of requests together.
create table app_budgets (
  provider_id text not null references providers,
  app text not null, -- SHA-256, hex, of base URL and key, as in channel_tokens
  next_at_ms bigint not null default 0,
  asked bigint not null default 0,
  primary key (provider_id, app)
);
select karibu_guard('app_budgets');
