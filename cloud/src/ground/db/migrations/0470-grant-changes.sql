-- What staff changed of grants, all in all: the site is told this by one row.
create table grant_changes (
  provider_id text not null references providers,
  site_id text not null,
  grant_id text not null,
  seconds bigint not null default 0,
  use_seconds bigint not null default 0,
  data_bytes bigint not null default 0,
  down_kbps integer,
  up_kbps integer,
  devices integer,
  paused_at_ms bigint,
  paused_reason text,
  changed_at_ms bigint not null,
  primary key (provider_id, site_id, grant_id)
);
create index grant_changes_of on grant_changes (provider_id, grant_id);
select karibu_guard('grant_changes');

-- Each single change: who, why, and as part of which gift.
create table grant_change_log (
  provider_id text not null references providers,
  change_id text not null,
  site_id text not null,
  grant_id text not null,
  kind text not null,
  what jsonb not null,
  reason text not null,
  changed_by text,
  gift_id text,
  at_ms bigint not null,
  primary key (provider_id, change_id)
);
create index grant_change_log_of on grant_change_log (provider_id, grant_id, site_id, at_ms);
create index grant_change_log_gift on grant_change_log (provider_id, gift_id) where gift_id is not null;
select karibu_guard('grant_change_log');

-- One gift to everybody at a site: a job works through it, slice by slice, and it can be stopped.
create table grant_gifts (
  provider_id text not null references providers,
  gift_id text not null,
  site_id text not null,
  what jsonb not null,
  reason text not null,
  grant_ids jsonb not null,
  done integer not null default 0,
  failed integer not null default 0,
  started_by text,
  created_at_ms bigint not null,
  stopped_at_ms bigint,
  finished_at_ms bigint,
  primary key (provider_id, gift_id)
);
create unique index grant_gifts_open on grant_gifts (provider_id, site_id) where finished_at_ms is null;
select karibu_guard('grant_gifts');
