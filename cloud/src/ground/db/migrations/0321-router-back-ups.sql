-- Back-ups of routers: what was ordered, and what came of it. The files lie beside, each back-up under its own key.
create table router_back_ups (
  provider_id text not null,
  back_up_id text not null,
  site_id text not null,
  cause text not null, -- person, schedule, before-restore, after-restore, before-upgrade
  state text not null, -- waiting, making, done, failed
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
  causes jsonb not null default '[]', -- who changed something since the one before, as far as it is known
  primary key (provider_id, back_up_id),
  foreign key (provider_id, site_id) references sites
);
create index router_back_ups_site on router_back_ups (provider_id, site_id, back_up_id);
create index router_back_ups_open on router_back_ups (next_at_ms) where state in ('waiting', 'making');
select karibu_guard('router_back_ups');

create table router_back_up_files (
  provider_id text not null,
  back_up_id text not null,
  part text not null, -- binary, export
  sha256 text not null,
  content bytea not null, -- encrypted
  primary key (provider_id, back_up_id, part),
  foreign key (provider_id, back_up_id) references router_back_ups on delete cascade
);
select karibu_guard('router_back_up_files');

create table router_back_up_schedules (
  provider_id text not null references providers,
  every text not null, -- off, day, week
  kept integer not null, -- back-ups of each site
  changed_at_ms bigint not null,
  primary key (provider_id)
);
select karibu_guard('router_back_up_schedules');
