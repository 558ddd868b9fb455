-- Since when a revocation waits for the back-up store: health and metrics tell when it waits too long.
alter table revocations_noted add column noted_at_ms bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint;
