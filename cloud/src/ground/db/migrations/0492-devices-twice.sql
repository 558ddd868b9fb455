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
