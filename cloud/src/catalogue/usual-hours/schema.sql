-- Tables of catalogue/usual-hours. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- When devices usually log in at a site: so many in each hour of the week, learned from the last four weeks.
create table site_usual_hours (
  provider_id text not null references providers,
  site_id text not null,
  log_ins_per_hour jsonb not null, -- type number[]; 168 numbers, Monday 00:00 of the provider's zone first
  weeks real not null,
  learned_at_ms bigint not null,
  primary key (provider_id, site_id)
);
select karibu_guard('site_usual_hours');
