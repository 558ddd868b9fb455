-- What was handed on from the spool of callbacks: a crash between booking a record and deleting it books nothing twice. The platform's only.
create table booked_spool_records (
  record_id text primary key,
  booked_at_ms bigint not null
);
create index booked_spool_records_age on booked_spool_records (booked_at_ms);
grant select, insert, delete on booked_spool_records to karibu_platform;
