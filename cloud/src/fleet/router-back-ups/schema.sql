-- Tables of fleet/router-back-ups. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- Back-ups of routers: what was ordered, and what came of it. The files lie beside, each back-up under its own key.
create table router_back_ups (
  provider_id text not null,
  back_up_id text not null,
  site_id text not null,
  cause text not null, -- type (typeof backUpCauses)[number] from "./back-up-states.ts"
  state text not null, -- type (typeof backUpStates)[number] from "./back-up-states.ts"
  ordered_by text, -- null: the schedule
  ordered_by_name text not null,
  ordered_at_ms bigint not null,
  expires_at_ms bigint not null,
  tries integer not null default 0,
  held_by text, -- the process that makes it now
  held_until_ms bigint not null default 0,
  next_at_ms bigint not null,
  received_bytes bigint not null default 0,
  ended_at_ms bigint,
  why text, -- the router's or the agent's own words
  board text,
  version text,
  serial text,
  mark text, -- what the router itself knows its file by
  key_sealed bytea, -- of the files beside
  password_sealed bytea, -- of the router's binary file
  binary_bytes bigint not null default 0,
  export_bytes bigint not null default 0,
  differences integer, -- lines that differ from the back-up before; null: there was none
  -- Who changed something since the one before, as far as it is known.
  causes jsonb not null default '[]', -- type readonly Cause[] from "./who-changed.ts"
  primary key (provider_id, back_up_id),
  foreign key (provider_id, site_id) references sites
);
create index router_back_ups_site on router_back_ups (provider_id, site_id, back_up_id);
create index router_back_ups_open on router_back_ups (next_at_ms) where state in ('waiting', 'making');
-- What a site's schedule and its alarm ask: the newest that was kept.
create index router_back_ups_kept on router_back_ups (provider_id, site_id, ended_at_ms) where state = 'done';
select karibu_guard('router_back_ups');

-- A part of a router's back-up: sealed content, and the SHA-256 of what it was.
create table router_back_up_files (
  provider_id text not null,
  back_up_id text not null,
  part text not null, -- type "binary" | "export"
  sha256 text not null,
  content bytea not null, -- encrypted
  primary key (provider_id, back_up_id, part),
  foreign key (provider_id, back_up_id) references router_back_ups on delete cascade
);
select karibu_guard('router_back_up_files');

-- How often a provider wants its routers backed up, within which minutes of its day, and how many back-ups of each are kept.
create table router_back_up_schedules (
  provider_id text primary key references providers,
  every text not null, -- type (typeof schedulePeriods)[number] from "./back-up-states.ts"
  kept integer not null, -- back-ups of each site
  changed_at_ms bigint not null,
  from_minute integer, -- In minutes of the provider's day; both null: at any time.
  until_minute integer
);
select karibu_guard('router_back_up_schedules');

-- A back-up that goes back onto its router. One at a time for each site.
create table router_restores (
  provider_id text not null,
  restore_id text not null,
  site_id text not null,
  back_up_id text not null,
  before_id text not null, -- the back-up of what was there before
  state text not null, -- type (typeof restoreStates)[number] from "./back-up-states.ts"
  ordered_by text not null,
  ordered_by_name text not null,
  ordered_at_ms bigint not null,
  held_by text,
  held_until_ms bigint not null default 0,
  next_at_ms bigint not null,
  ticket_hash text, -- the router fetches the file with it, once
  ticket_until_ms bigint,
  fetched_at_ms bigint,
  sent_at_ms bigint,
  ended_at_ms bigint,
  why text,
  primary key (provider_id, restore_id),
  foreign key (provider_id, site_id) references sites
);
create index router_restores_site on router_restores (provider_id, site_id, restore_id);
create unique index router_restores_one on router_restores (provider_id, site_id) where state in ('saving', 'sent', 'restarting');
create unique index router_restores_ticket on router_restores (ticket_hash) where ticket_hash is not null;
create index router_restores_open on router_restores (next_at_ms) where state in ('saving', 'sent', 'restarting');
select karibu_guard('router_restores');

-- A site that is backed up at another pace than its provider's. A site without a row is backed up as all are.
create table router_back_up_site_schedules (
  provider_id text not null,
  site_id text not null,
  every text not null, -- type (typeof schedulePeriods)[number] from "./back-up-states.ts"
  changed_at_ms bigint not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('router_back_up_site_schedules');
