-- How often a person read one page of secrets within five minutes: the audit log has one entry for all of them.
create table audit_readings (
  provider_id text not null references providers,
  reader_key text not null, -- a hash of person, way in, page and its id
  slot_ms bigint not null, -- when the five minutes began
  audit_id text not null,
  readings integer not null,
  last_at_ms bigint not null,
  primary key (provider_id, reader_key, slot_ms)
);
create index audit_readings_entry on audit_readings (provider_id, audit_id);
create index audit_readings_age on audit_readings using brin (last_at_ms);
select karibu_guard('audit_readings');
