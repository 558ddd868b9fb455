-- The link to the sites: the hub's own identity, enrolment, presence, the journal and its projection, the feed.

-- One row. The generation changes with each restore of this database; sites then take a snapshot and send again.
-- No tenant: only the platform's role reads it.
create table hub_identity (
  only_row boolean primary key default true check (only_row),
  generation text not null,
  public_key text not null,
  seed_sealed bytea not null, -- the private key's 32 bytes, in the envelope of the master key
  made_at_ms bigint not null
);
grant select, insert, update on hub_identity to karibu_platform;

-- Which hub processes are alive: each refreshes its row; what a dead one left is cleared by the others.
create table hub_processes (
  process_id text primary key,
  seen_at_ms bigint not null
);
grant select, insert, update, delete on hub_processes to karibu_platform;

-- Single use, short-lived. The token itself is shown once and never kept.
create table enrolment_tokens (
  provider_id text not null,
  token_hash text not null, -- SHA-256, hex
  site_id text not null,
  expires_at_ms bigint not null,
  used_at_ms bigint,
  used_by_key text, -- an answer that got lost is repeated to the same device
  primary key (provider_id, token_hash),
  foreign key (provider_id, site_id) references sites
);
create unique index enrolment_tokens_hash on enrolment_tokens (token_hash);
select karibu_guard('enrolment_tokens');

-- The one device that may speak for a site.
create table agents (
  provider_id text not null,
  site_id text not null,
  public_key text not null, -- Ed25519, 32 bytes, base64
  enrolled_at_ms bigint not null,
  revoked_at_ms bigint,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create unique index agents_site on agents (site_id);
select karibu_guard('agents');

-- How the link of a site stands and what it last said. Connected: process_id is not null.
create table site_links (
  provider_id text not null,
  site_id text not null,
  process_id text,
  link_id text, -- the newest connection; an older one gives way
  remote_address text,
  connected_at_ms bigint,
  disconnected_at_ms bigint,
  last_heard_at_ms bigint,
  connections bigint not null default 0,
  protocol integer,
  agent_version text,
  boot bigint,
  epoch text,
  last_seq bigint,
  last_record_at_ms bigint, -- the site's clock
  last_record_received_at_ms bigint, -- ours
  clock_quality text,
  damaged_records bigint not null default 0,
  primary key (provider_id, site_id)
);
create index site_links_process on site_links (process_id) where process_id is not null;
select karibu_guard('site_links');

-- How far each site has applied what it follows.
create table feed_applied (
  provider_id text not null,
  site_id text not null,
  scope text not null,
  version bigint not null,
  at_ms bigint not null,
  primary key (provider_id, site_id, scope)
);
select karibu_guard('feed_applied');

-- Requests of sites that were answered: the same id gets the same answer, whichever process it reaches.
create table link_answers (
  provider_id text not null,
  site_id text not null,
  request_id text not null,
  answer jsonb not null,
  answered_at_ms bigint not null,
  primary key (provider_id, site_id, request_id)
);
create index link_answers_age on link_answers (answered_at_ms);
select karibu_guard('link_answers');

-- The journal. last_seq is taken under this row's lock, so that a record is inserted and projected once.
create table journal_epochs (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  last_seq bigint not null default 0,
  -- The site sent two different records under one number: it was restored from a copy, and must start a new epoch.
  forked boolean not null default false,
  begun_at_ms bigint not null,
  primary key (provider_id, site_id, epoch)
);
select karibu_guard('journal_epochs');

create table journal_records (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  kind text, -- null: the record has a complaint
  at_ms bigint, -- as stamped by the site
  clock text,
  received_at_ms bigint not null,
  raw jsonb not null,
  complaint text, -- what is wrong with it: kept, not projected
  primary key (provider_id, site_id, epoch, seq)
);
create index journal_records_boots on journal_records (provider_id, site_id, epoch, seq) where kind = 'agent-started';
select karibu_guard('journal_records');

-- Records that the site had lost before it could send them.
create table journal_gaps (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  from_seq bigint not null,
  to_seq bigint not null,
  noticed_at_ms bigint not null,
  primary key (provider_id, site_id, epoch, from_seq)
);
select karibu_guard('journal_gaps');

-- One RADIUS accounting session. Times are corrected when the site learns the true time; `..._stamped_ms` stay.
create table sessions (
  provider_id text not null,
  site_id text not null,
  session_key text not null,
  session_id text, -- Acct-Session-Id; null until the start is known
  nas text,
  grant_id text,
  username text,
  mac text,
  address text,
  started_at_ms bigint,
  started_stamped_ms bigint,
  started_epoch text,
  started_seq bigint,
  started_clock text,
  last_used_at_ms bigint,
  last_used_epoch text,
  last_used_seq bigint,
  stopped_at_ms bigint,
  stopped_stamped_ms bigint,
  stopped_epoch text,
  stopped_seq bigint,
  cause text,
  input_bytes bigint not null default 0, -- from the router's side: what the customer sent
  output_bytes bigint not null default 0,
  online_seconds bigint not null default 0,
  received_at_ms bigint not null, -- when we last heard of it
  primary key (provider_id, site_id, session_key)
);
create index sessions_started on sessions (provider_id, started_at_ms desc, session_key);
create index sessions_open on sessions (provider_id, site_id) where stopped_at_ms is null;
create index sessions_grant on sessions (provider_id, grant_id);
select karibu_guard('sessions');

-- What each session used in each UTC day, as differences of its totals. The sum over the days is the session's total.
create table usage_days (
  provider_id text not null,
  day date not null,
  site_id text not null,
  session_key text not null,
  grant_id text,
  input_bytes bigint not null,
  output_bytes bigint not null,
  online_seconds bigint not null,
  primary key (provider_id, day, site_id, session_key)
) partition by range (day);
create table usage_days_other partition of usage_days default;
select karibu_guard('usage_days');

-- Makes the partition of a month ahead of its first row; leaves it to the default one when that already has such rows.
create function karibu_usage_month(first_day date) returns void language plpgsql security definer
set search_path = public as $month$
declare
  name text := 'usage_days_' || to_char(first_day, 'YYYY_MM');
  next_month date := first_day + interval '1 month';
begin
  if to_regclass(name) is not null then return; end if;
  if exists (select from usage_days_other where day >= first_day and day < next_month) then return; end if;
  execute format('create table %I partition of usage_days for values from (%L) to (%L)', name, first_day, next_month);
exception when duplicate_table then null;
end
$month$;
revoke execute on function karibu_usage_month from public;
grant execute on function karibu_usage_month to karibu_platform;

-- First use of a grant at a site, whatever it was made from. The same grant at two sites is two rows, and shows.
create table grant_starts (
  provider_id text not null,
  grant_id text not null,
  site_id text not null,
  origin text not null, -- voucher, purchase, account
  plan_name text not null,
  started_at_ms bigint not null,
  ends_at_ms bigint,
  valid_until_ms bigint, -- the plan's fixed date, which no correction of the site's clock moves
  epoch text not null,
  seq bigint not null,
  received_at_ms bigint not null,
  primary key (provider_id, grant_id, site_id)
);
select karibu_guard('grant_starts');

-- Which voucher it was, when it was one.
create table voucher_redemptions (
  provider_id text not null,
  batch_id text not null,
  serial bigint not null,
  site_id text not null,
  grant_id text not null,
  epoch text not null,
  seq bigint not null,
  primary key (provider_id, batch_id, serial, site_id)
);
create index voucher_redemptions_grant on voucher_redemptions (provider_id, grant_id);
select karibu_guard('voucher_redemptions');

create table alarms (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  name text not null,
  fields jsonb not null,
  at_ms bigint not null,
  received_at_ms bigint not null,
  acknowledged_at_ms bigint,
  primary key (provider_id, site_id, epoch, seq)
);
create index alarms_newest on alarms (provider_id, at_ms desc);
select karibu_guard('alarms');

-- The feed: keyed state. `scope` is 'provider', 'site:<siteId>' or 'batch:<batchId>'.
-- A version is taken under the lock of the scope's row and held until commit, so that versions commit in order.
create table feed_scopes (
  provider_id text not null,
  scope text not null,
  version bigint not null,
  -- Tombstones up to here are gone: an older cursor needs a snapshot.
  horizon bigint not null default 0,
  primary key (provider_id, scope)
);
select karibu_guard('feed_scopes');

create table feed_rows (
  provider_id text not null,
  scope text not null,
  kind text not null,
  key text not null,
  version bigint not null,
  body jsonb, -- null: a tombstone; {"sealed": "<base64>"}: in the envelope of the master key
  changed_at_ms bigint not null,
  primary key (provider_id, scope, kind, key)
);
create index feed_rows_version on feed_rows (provider_id, scope, version);
create index feed_rows_tombstones on feed_rows (changed_at_ms) where body is null;
select karibu_guard('feed_rows');
