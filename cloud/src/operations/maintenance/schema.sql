-- Tables of operations/maintenance. No tenant's: only the roles that are granted something here see their rows.

-- When each job of the upkeep ran last, and what it did.
create table upkeep_runs (
  name text primary key,
  every_ms bigint not null,
  started_at_ms bigint not null,
  finished_at_ms bigint,
  outcome text,
  failed boolean not null default false
);
grant select, insert, update, delete on upkeep_runs to karibu_platform;
