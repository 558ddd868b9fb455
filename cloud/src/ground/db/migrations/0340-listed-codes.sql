-- Batches of another system's codes: no formula makes them, so they stand in a list. All else is as for our own batches.
alter table voucher_batches add column takeover_id text; -- null: codes of our own formula
create index voucher_batches_takeover on voucher_batches (provider_id, takeover_id, batch_id) where takeover_id is not null;

create table listed_codes (
  provider_id text not null,
  batch_id text not null,
  serial integer not null,
  hash text not null, -- keyed: by it a site, and the search, find the code
  code_hidden text not null, -- under the batch's key
  more jsonb not null, -- what it has beyond its plan: as in the feed's rows
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, batch_id) references voucher_batches
);
create index listed_codes_hash on listed_codes (provider_id, hash, batch_id);
select karibu_guard('listed_codes');

-- What was taken over from another system, and how far it is.
create table takeovers (
  provider_id text not null references providers,
  takeover_id text not null,
  site_id text not null,
  source text not null,
  state text not null check (state in ('applied', 'switched', 'withdrawn')),
  totals jsonb not null,
  plan_ids jsonb not null, -- plans that were made for it
  utc_offset_minutes integer not null,
  started_by text not null,
  created_at_ms bigint not null,
  switched_at_ms bigint,
  back_until_ms bigint, -- until then it can be switched back
  ended_at_ms bigint,
  readiness jsonb, -- what the shadow run had said, and the reason that was given, when it was switched
  primary key (provider_id, takeover_id),
  foreign key (provider_id, site_id) references sites
);
create index takeovers_newest on takeovers (provider_id, created_at_ms desc, takeover_id desc);
create unique index takeovers_open on takeovers (provider_id, site_id) where state = 'applied' or state = 'switched';
select karibu_guard('takeovers');
