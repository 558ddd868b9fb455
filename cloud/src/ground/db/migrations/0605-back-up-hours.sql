-- Back-ups of routers in chosen hours of the provider's day, and sites that have a schedule of their own.
alter table router_back_up_schedules add column from_minute integer; -- null: at any time
alter table router_back_up_schedules add column until_minute integer;

create table router_back_up_site_schedules (
  provider_id text not null,
  site_id text not null,
  every text not null, -- off, day, week
  changed_at_ms bigint not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('router_back_up_site_schedules');

-- What a site's schedule and its alarm ask: the newest that was kept.
create index router_back_ups_kept on router_back_ups (provider_id, site_id, ended_at_ms) where state = 'done';
