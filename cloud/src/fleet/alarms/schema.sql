-- Tables of fleet/alarms. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- What a site told is wrong there, from its beginning to its end. The journal projection writes it; people acknowledge.
create table alarms (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  name text not null,
  fields jsonb not null, -- type Record<string, string | number | boolean>, computed
  at_ms bigint not null,
  received_at_ms bigint not null,
  acknowledged_at_ms bigint,
  acknowledged_by text,
  primary key (provider_id, site_id, epoch, seq)
);
create index alarms_newest on alarms (provider_id, at_ms desc);
create index alarms_of_updates on alarms (provider_id, site_id, received_at_ms desc)
  where name in ('update-failed', 'update-refused');
create index alarms_open on alarms (provider_id, at_ms desc) where acknowledged_at_ms is null;
-- The page of a site shows whether its agent said that the stick is likely to fail.
create index alarms_of_sticks on alarms (provider_id, site_id, received_at_ms desc) where name = 'stick-wears';
create index alarms_received on alarms (provider_id, received_at_ms);
select karibu_guard('alarms');

-- Who has seen which condition. Conditions (a site that is silent, keys that are refused) have no row of their own: they are read from
-- where they are recorded. `since_ms` tells this time from the next.
create table alarm_conditions_seen (
  provider_id text not null references providers,
  alarm_id text not null,
  since_ms bigint not null,
  acknowledged_at_ms bigint not null,
  acknowledged_by text not null,
  primary key (provider_id, alarm_id)
);
select karibu_guard('alarm_conditions_seen');

-- Sites where nobody logs in though it is usual.
create table site_silences (
  provider_id text not null references providers,
  site_id text not null,
  since_ms bigint not null,
  expected real not null,
  primary key (provider_id, site_id)
);
select karibu_guard('site_silences');
