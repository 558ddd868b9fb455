-- Lists at a country's size. Under row-level security the planner uses a condition inside an index only when its function is
-- leakproof: comparisons of plain columns are, `coalesce`, `lower` and `like` are not. So what lists are ordered by is a column,
-- and what they are searched in is a column inside the index, read without touching the table.

-- A session whose start the hub has not heard of stands where the hub heard of it first.
alter table sessions
  add column begun_at_ms bigint not null generated always as (coalesce(started_at_ms, received_at_ms)) stored,
  -- A line each, so that a device's own address can be told from a user name that looks like one.
  add column found_by text not null generated always as (left(lower(
    translate(coalesce(username, ''), E'\n', ' ') || E'\n' || coalesce(mac, '') || E'\n' || coalesce(address, '')), 400)) stored;
drop index sessions_newest;
drop index sessions_started;
create index sessions_newest on sessions (provider_id, begun_at_ms desc, session_key desc, site_id desc) include (found_by);
create index sessions_live on sessions (provider_id, begun_at_ms desc, session_key desc, site_id desc) where stopped_at_ms is null;

-- What nobody can call paid or failed yet, or a person must look at: few, and counted on every look at the overview.
create index intents_undecided on intents (provider_id) where state in ('unknown', 'paid_unreceipted') or review is not null;

-- Uses without a lease are the exception.
create index grant_starts_bridge on grant_starts (provider_id) where bridge;
