-- What the home page counts: each by a small index of the rows that wait, so that millions of settled rows cost nothing.
create index payment_claims_waiting on payment_claims (provider_id) where state in ('open', 'asked') and seen_at_ms is null;
create index refunds_waiting on refunds (provider_id, state) where resolution is null and state in ('asked', 'unknown', 'failed', 'sent');
create index statement_differences_open on statement_differences (provider_id) where resolved_at_ms is null;
create index messages_failed on messages (provider_id, changed_at_ms) where state = 'failed';
create index mail_outbox_failed on mail_outbox (provider_id, created_at_ms) where state = 'failed';
create index invoices_unpaid on invoices (provider_id, due_on) where state = 'issued';
create index expenses_spent on expenses (provider_id, spent_on);
create index voucher_batches_failed on voucher_batches (provider_id) where state = 'failed';
create index dead_jobs_provider on dead_jobs ((data->>'providerId'));

-- How many were online, every few minutes: the curve of a day reads a hundred rows and not each session of the day.
create table online_counts (
  provider_id text not null references providers,
  at_ms bigint not null,
  online integer not null,
  primary key (provider_id, at_ms)
);
create index online_counts_age on online_counts (at_ms);
select karibu_guard('online_counts');
