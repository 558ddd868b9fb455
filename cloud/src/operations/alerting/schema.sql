-- Tables of operations/alerting. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Who hears of which alarms, and how.
create table alert_rules (
  provider_id text not null references providers,
  rule_id text not null,
  name text not null,
  active boolean not null,
  kinds jsonb, -- type readonly string[]; names of alarms; null: every kind
  grave_only boolean not null,
  site_ids jsonb, -- type readonly string[]; null: every site, and what concerns none
  after_ms bigint not null check (after_ms between 0 and 86400000),
  wakes boolean not null, -- grave alarms are told in quiet hours too
  tells_end boolean not null,
  to_sealed bytea not null, -- people, phones and webhooks
  escalate_after_ms bigint check (escalate_after_ms between 60000 and 86400000),
  escalate_to_sealed bytea,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, rule_id)
);
select karibu_guard('alert_rules');

-- Minutes of the provider's day between which nobody is woken.
create table alert_quiet_hours (
  provider_id text primary key references providers,
  from_minute integer not null check (from_minute between 0 and 1439),
  until_minute integer not null check (until_minute between 0 and 1439)
);
select karibu_guard('alert_quiet_hours');

-- Times in which somebody works at a site, so that its alarms tell nobody.
create table maintenance_windows (
  provider_id text not null references providers,
  window_id text not null,
  site_ids jsonb, -- type readonly string[]; null: every site, and what concerns none
  reason text not null,
  from_ms bigint not null,
  until_ms bigint not null,
  made_by text not null,
  created_at_ms bigint not null,
  primary key (provider_id, window_id),
  check (until_ms > from_ms)
);
create index maintenance_windows_until on maintenance_windows (provider_id, until_ms);
select karibu_guard('maintenance_windows');

-- An alarm that a rule tells people of: once, until it ends.
create table alerts (
  provider_id text not null references providers,
  alert_id text not null,
  rule_id text not null,
  cause text not null, -- what makes two alarms the same one
  alarm_id text not null,
  kind text not null,
  severity text not null check (severity in ('wrong', 'notice')),
  site_id text,
  channel_id text,
  fields jsonb not null, -- type Record<string, string | number | boolean | null>, fixed
  began_at_ms bigint not null,
  told_at_ms bigint not null,
  escalated_at_ms bigint,
  ended_at_ms bigint,
  primary key (provider_id, alert_id),
  foreign key (provider_id, rule_id) references alert_rules on delete cascade
);
create unique index alerts_once on alerts (provider_id, rule_id, cause, began_at_ms);
create index alerts_open on alerts (provider_id, rule_id) where ended_at_ms is null;
create index alerts_newest on alerts (provider_id, told_at_ms desc);
select karibu_guard('alerts');

-- What was sent to whom. Its outcome is read where it is sent: messages, letters, webhooks.
create table alert_notices (
  provider_id text not null references providers,
  notice_id text not null,
  what text not null check (what in ('begun', 'escalated', 'ended', 'test')),
  way text not null check (way in ('sms', 'email', 'webhook', 'push')),
  to_masked text not null,
  sent_as text not null, -- the message's event, the letter's id, or the delivery's id
  at_ms bigint not null,
  primary key (provider_id, notice_id)
);
create index alert_notices_newest on alert_notices (provider_id, at_ms desc);
select karibu_guard('alert_notices');

-- Which alerts one notice tells of.
create table alert_notice_causes (
  provider_id text not null references providers,
  notice_id text not null,
  alert_id text not null,
  primary key (provider_id, alert_id, notice_id),
  foreign key (provider_id, alert_id) references alerts on delete cascade,
  foreign key (provider_id, notice_id) references alert_notices on delete cascade
);
create index alert_notice_causes_of on alert_notice_causes (provider_id, notice_id);
select karibu_guard('alert_notice_causes');

-- One process looks at a time, a few times a minute.
create table alert_looks (
  only_one boolean primary key default true check (only_one), -- fixed
  looked_at_ms bigint not null
);
grant select, insert, update on alert_looks to karibu_platform;
