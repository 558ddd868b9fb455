-- outside a transaction
-- Old rows of the large tables are found by their place on disk: rows come in the order of time, and such an index costs almost nothing to keep.
drop index concurrently if exists journal_records_age;
create index concurrently journal_records_age on journal_records using brin (received_at_ms);
drop index concurrently if exists sessions_age;
create index concurrently sessions_age on sessions using brin (stopped_at_ms);
drop index concurrently if exists messages_age;
create index concurrently messages_age on messages using brin (created_at_ms);
drop index concurrently if exists audit_age;
create index concurrently audit_age on audit using brin (at_ms);
