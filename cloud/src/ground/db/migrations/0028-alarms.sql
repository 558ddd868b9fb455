-- Alarms of sites are acknowledged by somebody. Conditions (a site that is silent, keys that are refused) have no row of their own:
-- they are read from where they are recorded. What is kept is who has seen which of them; `since_ms` tells this time from the next.
alter table alarms add column acknowledged_by text;
create index alarms_open on alarms (provider_id, at_ms desc) where acknowledged_at_ms is null;

create table alarm_conditions_seen (
  provider_id text not null references providers,
  alarm_id text not null,
  since_ms bigint not null,
  acknowledged_at_ms bigint not null,
  acknowledged_by text not null,
  primary key (provider_id, alarm_id)
);
select karibu_guard('alarm_conditions_seen');
