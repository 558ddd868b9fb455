-- The account of a site's router for when the hub is away. Null: there is none.
alter table site_router_services add column emergency_password_sealed bytea;

-- Passwords of some minutes, by which staff log in to a site's routers. Neither the password nor its hash is kept here.
create table router_passwords (
  provider_id text not null references providers,
  password_id text not null,
  site_id text not null,
  name text not null,
  level text not null check (level in ('read', 'write', 'full')),
  made_by text not null,
  made_by_name text not null,
  made_at_ms bigint not null,
  expires_at_ms bigint not null,
  ended_at_ms bigint, -- by a person, or because the site did not take it
  ended_by_name text,
  -- 'told': the site knows that it ended; 'away': it could not be told, and ends it by itself; 'not-taken': the site never had it
  ended_how text check (ended_how in ('told', 'away', 'not-taken')),
  primary key (provider_id, password_id),
  foreign key (provider_id, site_id) references sites
);
create index router_passwords_of_site on router_passwords (provider_id, site_id, password_id);
create unique index router_passwords_by_name on router_passwords (provider_id, name);
select karibu_guard('router_passwords');

-- Who was on a router, as its site tells: one row for each record of the journal.
create table router_log_ins (
  provider_id text not null references providers,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  at_ms bigint not null,
  name text not null,
  what text not null check (what in ('accepted', 'refused', 'locked', 'began', 'ended')),
  came_from text,
  nas text not null,
  received_at_ms bigint not null,
  -- Names a row in the API, and orders rows of one time.
  log_in_id text not null generated always as (epoch || '.' || lpad(seq::text, 12, '0')) stored,
  primary key (provider_id, site_id, epoch, seq)
);
create index router_log_ins_newest on router_log_ins (provider_id, site_id, at_ms desc, log_in_id desc);
create index router_log_ins_old on router_log_ins (received_at_ms);
select karibu_guard('router_log_ins');
