-- How fast a site's uplink is, as its provider says.
create table site_uplinks (
  provider_id text not null references providers,
  site_id text not null,
  down_kbps bigint not null check (down_kbps between 64 and 100000000),
  interface text, -- the router's; null: the one that received most
  updated_at_ms bigint not null,
  primary key (provider_id, site_id)
);
select karibu_guard('site_uplinks');

-- What a router received from its uplink, hour by hour, of a UTC day: 24 means in bits per second; null: not known.
create table report_uplink_days (
  provider_id text not null references providers,
  site_id text not null,
  day date not null,
  hours jsonb not null,
  primary key (provider_id, day, site_id)
);
select karibu_guard('report_uplink_days');

alter table report_days_waiting drop constraint report_days_waiting_what_check,
  add constraint report_days_waiting_what_check check (what in ('log-ins', 'traffic', 'uplinks', 'everything'));

create function karibu_note_figures() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_days_waiting (provider_id, what, from_ms)
      select distinct provider_id, 'uplinks', from_ms / 86400000 * 86400000 from fresh;
  end if;
  return null;
end
$$;
create trigger report_noted_new after insert on router_figures
  referencing new table as fresh for each statement execute function karibu_note_figures();

create function karibu_note_moved_figures() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_days_waiting (provider_id, what, from_ms)
      select distinct f.provider_id, 'uplinks', at.ms / 86400000 * 86400000
      from fresh f join former o on o.provider_id = f.provider_id and o.site_id = f.site_id and o.epoch = f.epoch and o.seq = f.seq
      cross join lateral (values (f.from_ms), (o.from_ms)) at (ms) where f.from_ms <> o.from_ms;
  end if;
  return null;
end
$$;
create trigger report_noted_change after update on router_figures
  referencing old table as former new table as fresh for each statement execute function karibu_note_moved_figures();
