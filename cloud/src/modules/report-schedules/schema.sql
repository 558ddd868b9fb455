-- Tables of modules/report-schedules. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Reports that are sent by e-mail, to people of the provider alone.
create table report_schedules (
  provider_id text not null references providers,
  schedule_id text not null,
  reports jsonb not null, -- type ReportName[] from "@karibu/protocol/report-names"
  every text not null check (every in ('day', 'week', 'month')),
  format text not null check (format in ('pdf', 'csv')),
  language text not null check (language in ('en', 'sw')),
  user_ids jsonb not null, -- type string[]
  active boolean not null,
  next_day text not null check (next_day ~ '^\d{4}-\d\d-\d\d$'), -- of the provider's zone: on it, or as soon after as can be. `2026-11-22`
  sent_at_ms bigint,
  sent_to integer not null default 0, -- people, the last time
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, schedule_id)
);
create index report_schedules_due on report_schedules (provider_id, next_day) where active;
select karibu_guard('report_schedules');
