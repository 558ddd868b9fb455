-- "I already paid" by phone and amount; questions by app; what a used package is worth back; renewal from credit.

-- One budget of questions per app, not per channel: two channels may share an app's keys.
drop table question_budgets;
create table app_budgets (
  provider_id text not null references providers,
  app text not null, -- SHA-256, hex, of base URL and key, as in channel_tokens
  next_at_ms bigint not null default 0,
  asked bigint not null default 0,
  primary key (provider_id, app)
);
select karibu_guard('app_budgets');

-- The customer came back and said "I paid": they stand at the page again.
alter table intents add column claimed_at_ms bigint;

alter table payment_claims
  alter column receipt drop not null, -- null: by phone and amount
  add column amount_cents bigint;
create index payment_claims_phone on payment_claims (provider_id, phone_hash, created_at_ms desc);
create index payment_claims_site on payment_claims (provider_id, site_id, created_at_ms desc);

-- What is given back of a package that was used: nothing, its unused part at most, or whatever a person says.
alter table money_settings add column refund_used text not null default 'unused-part'
  check (refund_used in ('refuse', 'unused-part', 'any'));
alter table refunds
  add column voucher_id text, -- a voucher given back, instead of a payment
  add column revoke boolean not null default true,
  add column all_left boolean not null default false, -- "all that is left": what is used until it is agreed to comes off
  add column refused_by text;
create index refunds_voucher on refunds (provider_id, voucher_id) where voucher_id is not null;

alter table renewals
  add column renewal_id text,
  add column phone_sealed bytea,
  add column phone_masked text,
  add column suspended_at_ms bigint, -- the credit did not suffice; money that comes in renews at once
  add column tries integer not null default 0;
-- The grant that this one goes on from: its site hands it to the same devices.
alter table intents add column renews_grant_id text;
alter table grants add column renews_grant_id text;
create unique index renewals_id on renewals (provider_id, renewal_id);
create index renewals_party on renewals (provider_id, party) where active;

-- When the last reminder about the initiator's password went out.
alter table channels add column password_reminded_at_ms bigint;
