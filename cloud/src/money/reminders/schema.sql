-- Tables of money/reminders. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What was said about a due date, an end or a suspension: claimed in the transaction that queues the message, so that it is said once.
create table reminders (
  provider_id text not null references providers,
  subject_id text not null, -- of a subscription or a grant
  about_ms bigint not null, -- the due date, the end, the suspension
  kind text not null, -- day-3, day0, day3: days from the due date; expired, suspended, grant-ended
  outcome text not null check (outcome in ('sent', 'skipped')),
  why text, -- why it was skipped
  at_ms bigint not null,
  primary key (provider_id, subject_id, about_ms, kind)
);
select karibu_guard('reminders');
