-- A change of many vouchers at once: a job works through the list, and people see how far it is.
create table voucher_bulk_jobs (
  provider_id text not null references providers,
  job_id text not null,
  action text not null check (action in ('disable', 'enable')),
  voucher_ids jsonb not null,
  done integer not null default 0, -- of the list, from its beginning
  failed integer not null default 0, -- those that could not be changed
  problems jsonb not null default '[]', -- the first of them, and why
  started_by text not null,
  created_at_ms bigint not null,
  finished_at_ms bigint,
  primary key (provider_id, job_id)
);
-- One at a time for each provider.
create unique index voucher_bulk_jobs_open on voucher_bulk_jobs (provider_id) where finished_at_ms is null;
create index voucher_bulk_jobs_age on voucher_bulk_jobs (created_at_ms);
select karibu_guard('voucher_bulk_jobs');
