-- Tables of fleet/link. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- Which hub processes are alive: each refreshes its row; what a dead one left is cleared by the others.
create table hub_processes (
  process_id text primary key,
  seen_at_ms bigint not null
);
grant select, insert, update, delete on hub_processes to karibu_platform;

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
  clock_quality text, -- type "synced" | "estimated" | "unknown"
  damaged_records bigint not null default 0,
  -- What a site last said of its disk, by the open link: a journal that can't be written can't carry it. Null: its agent says nothing.
  disk text check (disk in ('ok', 'refuses')),
  disk_since_ms bigint,
  -- What a site's journal held when it linked: once the hub has that, it knows everything that the site did before.
  told_epoch text, -- null: it begins a new epoch
  told_seq bigint,
  -- How its router takes its agent, by the open link. Null: its agent says nothing, or does not know.
  router_standing text check (router_standing in ('ok', 'log-in', 'permissions', 'api')),
  router_since_ms bigint,
  router_identity text, -- what the router calls itself: hostile text
  primary key (provider_id, site_id)
);
create index site_links_process on site_links (process_id) where process_id is not null;
select karibu_guard('site_links');

-- When a site was away from the hub: written when it is back, where it was away for a minute and more. One that is away now stands in site_links.
create table site_absences (
  provider_id text not null,
  site_id text not null,
  from_ms bigint not null,
  until_ms bigint not null,
  primary key (provider_id, site_id, from_ms)
);
create index site_absences_age on site_absences (until_ms);
select karibu_guard('site_absences');

-- Requests of sites that were answered: the same id gets the same answer, whichever process it reaches.
create table link_answers (
  provider_id text not null,
  site_id text not null,
  request_id text not null,
  answer jsonb not null, -- type Record<string, unknown>, fixed
  answered_at_ms bigint not null,
  primary key (provider_id, site_id, request_id)
);
create index link_answers_age on link_answers (answered_at_ms);
select karibu_guard('link_answers');

-- A call to a site whose link another hub process holds. The asking process waits for the answer by notification. Rows are short-lived;
-- what a call caused also arrives by the journal.
create table site_calls (
  provider_id text not null,
  call_id text not null,
  site_id text not null,
  asked_by text not null, -- hub processes
  asked_of text not null,
  method text not null,
  params jsonb not null, -- type unknown, fixed
  asked_at_ms bigint not null,
  deadline_at_ms bigint not null,
  cancelled boolean not null default false,
  answer jsonb, -- type CallAnswer from "./call-answer.ts"
  primary key (provider_id, call_id)
);
create index site_calls_asked_of on site_calls (asked_of) where answer is null;
create index site_calls_asked_by on site_calls (asked_by);
create index site_calls_age on site_calls (deadline_at_ms);
select karibu_guard('site_calls');
