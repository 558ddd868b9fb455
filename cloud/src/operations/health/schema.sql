-- Tables of operations/health. No tenant's: only the roles that are granted something here see their rows.

-- How busy each machine is on which a hub process runs, as it says itself a few times a minute. One that is silent says nothing.
create table machine_loads (
  machine text primary key,
  busy_percent integer not null,
  told_at_ms bigint not null
);
grant select, insert, update, delete on machine_loads to karibu_platform;
