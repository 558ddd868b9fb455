-- Tables of home. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- How many were online, every few minutes: the curve of a day reads a hundred rows and not each session of the day.
create table online_counts (
  provider_id text not null references providers,
  at_ms bigint not null,
  online integer not null,
  primary key (provider_id, at_ms)
);
create index online_counts_age on online_counts (at_ms);
select karibu_guard('online_counts');
