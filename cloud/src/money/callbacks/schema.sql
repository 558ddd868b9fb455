-- Tables of money/callbacks. No tenant's: only the roles that are granted something here see their rows.

-- Callbacks whose path names no channel of ours: kept raw, with the reason. No tenant: the platform's only.
create table unmatched_callbacks (
  unmatched_id text primary key,
  path text not null,
  reason text not null,
  remote_address text,
  received_at_ms bigint not null,
  body_sealed bytea not null -- Sealed as the bodies of evidence are.
);
create index unmatched_callbacks_age on unmatched_callbacks (received_at_ms);
grant select, insert, update, delete on unmatched_callbacks to karibu_platform;

-- What was handed on from the spool of callbacks: a crash between booking a record and deleting it books nothing twice. The platform's
-- only.
create table booked_spool_records (
  record_id text primary key,
  booked_at_ms bigint not null
);
create index booked_spool_records_age on booked_spool_records (booked_at_ms);
grant select, insert, delete on booked_spool_records to karibu_platform;
