-- A plan that is given to try, once, and never sold: `trialSchema`. Null: it is none.
alter table plans add column trial jsonb;

-- What sites give who pays by card meanwhile: `payWindow` of the provider's row in the feed. Null: nothing.
alter table providers add column pay_window jsonb;

-- Codes that prove a phone number before its trial. A row is written for each number that is asked for.
create table trial_codes (
  provider_id text not null references providers,
  code_id text not null,
  party text not null,
  code_sealed bytea not null,
  tries integer not null,
  used_at_ms bigint, -- used, or replaced by a newer one
  made_at_ms bigint not null,
  expires_at_ms bigint not null,
  primary key (provider_id, code_id)
);
create index trial_codes_party on trial_codes (provider_id, party, made_at_ms desc);
create index trial_codes_age on trial_codes (made_at_ms);
select karibu_guard('trial_codes');

-- Numbers that had their trial: once, at one site.
create table trial_claims (
  provider_id text not null references providers,
  party text not null,
  plan_id text not null,
  site_id text not null,
  grant_id text not null, -- as the site names it
  claimed_at_ms bigint not null,
  primary key (provider_id, party)
);
select karibu_guard('trial_claims');

-- Trials and payment windows are counted apart from what was sold.
create index grant_starts_free on grant_starts (provider_id, started_at_ms) where starts_with(grant_id, 'f.');
