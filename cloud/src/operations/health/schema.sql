-- Tables of operations/health. No tenant's: only the roles that are granted something here see their rows.

-- How each machine is on which a hub process runs, as it says itself a few times a minute. One that is silent says nothing.
create table machine_loads (
  machine text primary key,
  busy_percent integer, -- null: not known yet
  clock_ahead_ms bigint, -- its clock, of the database's; null: not known
  told_at_ms bigint not null
);
grant select, insert, update, delete on machine_loads to karibu_platform;

-- Each minute of each machine on which hub processes run, for a week: for the pictures on the platform's page. Prometheus keeps the rest.
create table hub_minutes (
  machine text not null,
  at_ms bigint not null, -- the minute's beginning
  busy_percent integer, -- of its processors; null: not known yet
  memory_bytes bigint not null, -- of its hub processes
  jobs_waiting integer not null, -- due, in all queues
  callbacks integer not null, -- that payment channels sent in this minute
  links integer not null, -- of agents
  primary key (machine, at_ms)
);
create index hub_minutes_at on hub_minutes (at_ms);
grant select, insert, update, delete on hub_minutes to karibu_platform;
