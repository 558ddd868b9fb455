-- Tables of ground/quotas. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What the platform lets one provider have. No row, or no value: the default of the hub. A row is also what two requests for the last place
-- wait at.
create table provider_quotas (
  provider_id text not null references providers,
  kind text not null,
  limit_value bigint check (limit_value >= 0), -- For this provider alone. Null: its plan's, or the default.
  changed_at_ms bigint not null,
  -- What its plan gives; `limit_value`, which the platform set for it alone, goes before.
  plan_limit bigint check (plan_limit >= 0), -- null: the plan says nothing of this kind
  primary key (provider_id, kind)
);
select karibu_guard('provider_quotas');

-- What is counted a day (from 00:00 UTC). `reached_at_ms`: when the limit was reached; null: it is not.
create table quota_days (
  provider_id text not null references providers,
  kind text not null,
  day_at_ms bigint not null,
  used bigint not null,
  reached_at_ms bigint,
  primary key (provider_id, kind, day_at_ms)
);
create index quota_days_old on quota_days (day_at_ms);
create index quota_days_reached on quota_days (provider_id, day_at_ms) where reached_at_ms is not null;
select karibu_guard('quota_days');

-- Tries that all hub processes count together: typed voucher codes, one's own password once more, people added with a first password.
create table shared_tries (
  provider_id text not null references providers,
  kind text not null,
  subject text not null, -- who tries
  remaining double precision not null, -- at `at_ms`; it refills evenly
  at_ms bigint not null,
  primary key (provider_id, kind, subject)
);
create index shared_tries_age on shared_tries (at_ms);
select karibu_guard('shared_tries');
