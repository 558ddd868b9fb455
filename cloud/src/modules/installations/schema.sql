-- Tables of modules/installations. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- From somebody who would like a line to the line itself: lead, visit, work, done.
create table installations (
  provider_id text not null references providers,
  installation_id text not null,
  number bigint not null,
  state text not null check (state in ('lead', 'planned', 'working', 'done', 'cancelled')),
  name text not null,
  phone_sealed bytea,
  phone_masked text,
  latitude double precision,
  longitude double precision,
  place_note text, -- how one finds the house
  plan_id text, -- wished
  site_id text, -- that would serve it
  source text,
  note text,
  visit_from_ms bigint,
  visit_until_ms bigint,
  assigned_to text, -- a user
  checklist jsonb not null, -- type CheckItem[] from "./installation.ts"
  cancel_reason text,
  customer_id text, -- What was made of it.
  account_id text,
  subscription_id text,
  made_by text not null,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  ended_at_ms bigint,
  -- Who asked for a line and never became a customer is found by the number. Null: none was given.
  phone_hash text, -- type Party from "../../ground/amounts/parties.ts"
  primary key (provider_id, installation_id),
  check ((state = 'done') = (account_id is not null))
);
create unique index installations_number on installations (provider_id, number);
create index installations_newest on installations (provider_id, installation_id desc);
create index installations_state on installations (provider_id, state, installation_id desc);
create index installations_of on installations (provider_id, assigned_to, installation_id desc);
create index installations_customer on installations (provider_id, customer_id, installation_id desc) where customer_id is not null;
create index installations_phone on installations (provider_id, phone_hash) where phone_hash is not null;
select karibu_guard('installations');

-- The last number of an installation that a provider gave out.
create table installation_numbers (
  provider_id text primary key references providers,
  last bigint not null
);
select karibu_guard('installation_numbers');

-- Always made anew by the hub, never the file that was sent.
create table installation_pictures (
  provider_id text not null references providers,
  picture_id text not null,
  installation_id text not null,
  who text not null,
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  bytes bytea not null check (octet_length(bytes) <= 262144), -- fixed
  width integer not null,
  height integer not null,
  at_ms bigint not null,
  primary key (provider_id, picture_id),
  foreign key (provider_id, installation_id) references installations on delete cascade
);
create index installation_pictures_of on installation_pictures (provider_id, installation_id, picture_id);
select karibu_guard('installation_pictures');
