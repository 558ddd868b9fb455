-- Tables of identity/audit. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What people did, in order. Append-only: nobody may change or delete. Months of more than a year go by `karibu_drop_month`.
create table audit (
  provider_id text not null,
  audit_id text not null, -- UUIDv7: sorts by time
  at_ms bigint not null,
  user_id text,
  action text not null, -- method and path of the route, or the name of what the platform did by itself
  target text,
  request_id text,
  detail jsonb not null, -- type Record<string, unknown>, fixed
  via text, -- fixed; How an entry came about when not by a log-in: `token <id>`, `impersonation <id>`.
  primary key (provider_id, at_ms, audit_id)
) partition by range (at_ms);
create index audit_user on audit (provider_id, user_id, at_ms desc, audit_id desc);
create index audit_target on audit (provider_id, target, at_ms desc, audit_id desc);
select karibu_guard('audit');
revoke update, delete on audit from karibu_app, karibu_platform;
select karibu_by_month('audit');

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
