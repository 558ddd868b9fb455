-- What customers did against the theft of their codes, as the site that has the grant reported it last.
create table code_guards (
  provider_id text not null references providers,
  grant_id text not null,
  site_id text not null,
  guard_id text not null, -- the site's name for it, new with each change
  paused boolean not null,
  pin_salt text,
  pin_hash text,
  guarded_at_ms bigint not null, -- as the site wrote it
  lifted_at_ms bigint, -- staff lifted it then
  primary key (provider_id, grant_id)
);
create index code_guards_age on code_guards (provider_id, guarded_at_ms);
select karibu_guard('code_guards');

-- What customers may do. All off: the sites are told nothing of it.
alter table providers add column code_pause boolean not null default false;
alter table providers add column code_pin boolean not null default false;
alter table providers add column code_moves_per_day integer;
