-- Tables of ground/jobs. No tenant's: only the roles that are granted something here see their rows.

-- A job, from the transaction of its cause to the queue that runs it. Data holds identifiers only, never secrets.
create table job_outbox (
  job_id text primary key, -- UUIDv7
  seq bigint generated always as identity,
  name text not null,
  data jsonb not null, -- type object, fixed
  singleton_key text, -- of several with one name and key, all that wait are run as one
  run_at_ms bigint not null,
  tries integer not null default 0,
  -- held: in the hands of the process that sent it, until its time comes. moving: on its way to pg-boss. running: tried now by the in-process queue. Both end by deletion.
  state text not null default 'waiting' check (state in ('waiting', 'held', 'moving', 'running', 'dead')),
  taken_at_ms bigint,
  last_error text,
  created_at_ms bigint not null
);
-- Of each job that is taken, those that wait beside it.
create index job_outbox_namesakes on job_outbox (name, singleton_key) where state = 'waiting' and tries = 0 and singleton_key is not null;
create index job_outbox_due on job_outbox (state, run_at_ms, seq);
-- The next jobs to move, without a look at those that are gone.
create index job_outbox_waiting on job_outbox (seq) where state = 'waiting';
grant insert on job_outbox to karibu_app;
grant select (job_id, state), insert, delete on job_outbox to karibu_booker; -- It sends jobs, and takes those away that it held.
grant select, insert, update, delete on job_outbox to karibu_platform;

-- A job that failed for good, kept for people. No tenant: only the platform's role reads it.
create table dead_jobs (
  job_id text primary key,
  name text not null,
  queue text not null,
  data jsonb not null, -- type object, fixed
  error text,
  tries integer not null,
  created_at_ms bigint not null,
  died_at_ms bigint not null
);
create index dead_jobs_provider on dead_jobs ((data->>'providerId'));
grant select, insert, update, delete on dead_jobs to karibu_platform;

-- What the queue of one job did in one hour. No tenant: only the platform's role reads it.
create table job_counts (
  name text not null,
  hour_ms bigint not null,
  done bigint not null default 0,
  failed bigint not null default 0,
  dead bigint not null default 0,
  busy_ms bigint not null default 0,
  primary key (name, hour_ms)
);
grant select, insert, update, delete on job_counts to karibu_platform;
