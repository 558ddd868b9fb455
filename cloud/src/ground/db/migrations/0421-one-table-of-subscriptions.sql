-- Packages that were bought again from credit stood in a table of their own (`renewals`). They are subscriptions of another kind: the same rows, in
-- the same list. `line`: an account's right to a plan, period by period. `package`: a phone's package, bought anew before the last one ends.
alter table subscriptions
  add column kind text not null default 'line' check (kind in ('line', 'package')),
  add column prompts integer not null default 0, -- how often the phone was asked since it was paid last
  add column prompted_at_ms bigint,
  alter column customer_id drop not null,
  alter column account_id drop not null,
  alter column every_unit drop not null,
  alter column every_count drop not null,
  add constraint subscriptions_of_line check (kind <> 'line' or num_nulls(customer_id, account_id, every_unit, every_count) = 0);

-- What only packages have.
create table subscription_packages (
  provider_id text not null references providers,
  subscription_id text not null,
  party text not null,
  plan_id text not null,
  site_id text not null,
  phone_sealed bytea,
  phone_masked text,
  started_ms bigint not null, -- the keys of its purchases name it: one that is switched on again buys anew
  last_intent_id text, -- the package that it goes on from
  problem text, -- why it waits, or is over
  suspended_at_ms bigint, -- the credit did not suffice; money that comes in renews at once
  tries integer not null default 0,
  primary key (provider_id, subscription_id)
);
create unique index subscription_packages_of on subscription_packages (provider_id, party, plan_id, site_id);
select karibu_guard('subscription_packages');

insert into subscriptions (provider_id, subscription_id, kind, plan_id, plan_name, price_cents, currency, anchor_ms, periods, paid_until_ms,
  auto_renew, ended_at_ms, noted_phase, next_look_ms, prompts, prompted_at_ms, created_at_ms, updated_at_ms)
select r.provider_id, coalesce(r.renewal_id, md5(r.party || '/' || r.plan_id || '/' || r.site_id)), 'package', r.plan_id,
  coalesce(plans.name, r.plan_id), coalesce(plans.price_cents, 0), coalesce(plans.currency, providers.currency), r.created_at_ms, 0,
  r.created_at_ms, true, case when r.active then null else r.changed_at_ms end,
  case when not r.active then 'ended' when r.suspended_at_ms is null then 'active' else 'over' end,
  case when r.active then r.next_at_ms end, r.prompts, r.prompted_at_ms, r.created_at_ms, r.changed_at_ms
from renewals r
join providers on providers.provider_id = r.provider_id
left join plans on plans.provider_id = r.provider_id and plans.plan_id = r.plan_id;
insert into subscription_packages (provider_id, subscription_id, party, plan_id, site_id, phone_sealed, phone_masked, started_ms, last_intent_id,
  problem, suspended_at_ms, tries)
select provider_id, coalesce(renewal_id, md5(party || '/' || plan_id || '/' || site_id)), party, plan_id, site_id, phone_sealed, phone_masked,
  created_at_ms, last_intent_id, problem, suspended_at_ms, tries
from renewals;
drop table renewals;
