-- Tables of catalogue/sessions. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- One RADIUS accounting session. Times are corrected when the site learns the true time; `..._stamped_ms` stay.
-- `started_clock` is synced also once somebody vouches for the corrected clock.
-- Only the journal projection writes it. It lies in the month in which the hub first heard of it: that never moves while the session goes on,
-- but its start may (a clock is corrected, a Start comes late). Every list reads all months by the same index, merged.
-- What keeps a session unique is the projection: it looks for the session in all months, and a site's records come one batch at a time
-- (`project-sessions.ts`). So a record that comes years late still finds its session, and no bytes count twice.
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
  started_clock text, -- type "synced" | "estimated" | "unknown"
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
  free_bytes bigint not null default 0, -- of both: what was used in free hours, and counts against no limit
  online_seconds bigint not null default 0,
  received_at_ms bigint not null, -- when we last heard of it
  -- A session whose start the hub has not heard of stands where the hub heard of it first.
  begun_at_ms bigint not null generated always as (coalesce(started_at_ms, received_at_ms)) stored,
  -- A line each, so that a device's own address can be told from a user name that looks like one.
  found_by text not null generated always as (left(lower((((translate(coalesce(username, ''), E'\n', ' ') || E'\n') || coalesce(mac, '')) ||
    E'\n') || coalesce(address, '')), 400)) stored,
  -- Why a site ended a session, or how it knew that one was lost. Null: the guest or the router ended it.
  why text,
  service text, -- type "hotspot" | "pppoe" | "ppp"; PPPoE told from the hotspot. Null: the site did not say.
  -- Its month: when the hub first heard of it, and later than that if it had to outlast that month (`session-retention.ts`).
  kept_from_ms bigint not null default (extract(epoch from now()) * 1000)::bigint,
  primary key (provider_id, site_id, session_key, kept_from_ms)
) partition by range (kept_from_ms);
create index sessions_open on sessions (provider_id, site_id) where stopped_at_ms is null;
create index sessions_grant on sessions (provider_id, grant_id);
-- With what a list is narrowed by that few rows may have: which service, router or cause, and what is searched for.
create index sessions_newest on sessions (provider_id, begun_at_ms desc, session_key desc, site_id desc)
  include (found_by, kept_from_ms, service, nas, cause);
create index sessions_live on sessions (provider_id, begun_at_ms desc, session_key desc, site_id desc) where stopped_at_ms is null;
create index sessions_device on sessions (provider_id, mac, begun_at_ms desc) where mac is not null;
create index sessions_address on sessions (provider_id, address, begun_at_ms desc) where address is not null;
create index sessions_why on sessions (provider_id, why, begun_at_ms desc, session_key desc, site_id desc) where why is not null;
select karibu_guard('sessions');
-- Triggers of other rooms: `report_floor_noted`, `report_noted_change`, `report_noted_new` (reports/roll-ups), `webhook_noted_sessions`,
-- `webhook_noted_ends` (operations/webhooks).
-- A session changes with each report: room in its page spares its indexes.
select karibu_by_month('sessions', 75);

-- How far a provider's sessions are forgotten: written as a month is dropped, because nothing sees the rows of a dropped month go.
create table sessions_forgotten (
  provider_id text primary key,
  begun_ms bigint not null -- of the last of them
);
select karibu_guard('sessions_forgotten');
-- Triggers of other rooms: `report_floor_noted` (reports/roll-ups).

-- What a grant used at a site in sessions that were forgotten while it lived: a row for each of the site's epochs in which they began, because a site is told
-- only what it did not do under the one that it has. Sums, without whose device it was.
create table forgotten_use (
  provider_id text not null,
  grant_id text not null,
  site_id text not null,
  started_epoch text not null, -- empty: the hub has not heard of the start
  used_bytes bigint not null,
  free_bytes bigint not null, -- of these: what was used in free hours
  used_seconds bigint not null,
  last_stopped_at_ms bigint not null,
  primary key (provider_id, grant_id, site_id, started_epoch)
);
select karibu_guard('forgotten_use');

-- What each session used in each UTC day, as differences of its totals. The sum over the days is the session's total. Kept for ever.
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
-- What a customer reads about themselves on their own page, by index.
create index usage_days_grant on usage_days (provider_id, grant_id collate "C", day) where grant_id is not null;
select karibu_guard('usage_days');
-- Triggers of other rooms: `report_noted_change`, `report_noted_new` (reports/roll-ups).

select karibu_by_month('usage_days');

-- The log of refused log-ins, as the sites tell it: at most one row a minute for a device and reason. Accepted ones are sessions.
create table refused_log_ins (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  at_ms bigint not null, -- of the last of `times`, by the site's clock
  username text not null, -- an account's name or a MAC; of what may be a code, only the end
  mac text,
  address text,
  nas text not null,
  service text not null, -- type "hotspot" | "ppp"
  reason text not null,
  times bigint not null,
  received_at_ms bigint not null,
  -- The database computes it, for searching: user, device and address in lower case.
  found_by text not null generated always as (left(lower((((translate(username, E'\n', ' ') || E'\n') || coalesce(mac, '')) || E'\n') ||
    coalesce(address, '')), 400)) stored,
  -- Names a row in the API, and orders rows of one time.
  refusal_id text not null generated always as ((((epoch || '.') || lpad(seq::text, 12, '0')) || '.') || site_id) stored,
  -- A record of the journal comes once: `journal_epochs` sees to that, and no key here.
  primary key (provider_id, site_id, epoch, seq, received_at_ms)
) partition by range (received_at_ms);
create index refused_log_ins_newest on refused_log_ins (provider_id, at_ms desc, refusal_id desc) include (found_by);
select karibu_guard('refused_log_ins');
select karibu_by_month('refused_log_ins');

-- One device (its MAC) with a session in use at two sites at once: one of them is a copy.
create table devices_twice (
  provider_id text not null,
  mac text not null,
  site_id text not null,
  session_key text not null,
  other_site_id text not null,
  other_session_key text not null,
  since_ms bigint not null, -- both were in use since then
  seen_at_ms bigint not null, -- and were the last time that the hub looked
  primary key (provider_id, mac, site_id, session_key, other_site_id, other_session_key)
);
create index devices_twice_newest on devices_twice (provider_id, seen_at_ms desc);
create index devices_twice_old on devices_twice (seen_at_ms);
select karibu_guard('devices_twice');
