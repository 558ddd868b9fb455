-- Tables of catalogue/vouchers. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A batch is one row whatever its size: its codes are computed from its key (envelope-encrypted here).
create table voucher_batches (
  provider_id text not null references providers,
  batch_id text not null,
  plan_id text not null,
  plan_name text not null,
  terms jsonb not null, -- type Terms from "@karibu/protocol/plan"
  price_cents bigint not null,
  currency text not null,
  home_site_id text,
  key_sealed bytea not null,
  prefix text not null,
  length integer not null,
  alphabet text not null check (alphabet in ('digits', 'letters')),
  quantity integer not null check (quantity >= 1),
  holes jsonb not null, -- type number[]
  expires_at_ms bigint,
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  -- A batch is made in the background when finding its holes takes long.
  -- `making`: its holes are being found; its vouchers can't be sold yet.
  state text not null default 'ready' check (state in ('making', 'ready', 'failed')),
  progress_percent integer not null default 100,
  printed_at_ms bigint, -- When somebody took the codes of a batch to paper.
  switched_at_ms bigint, -- When somebody last switched the batch on or off. Null: nobody did.
  -- Batches of another system's codes: no formula makes them, so they stand in a list. All else is as for our own batches.
  takeover_id text, -- null: codes of our own formula; else `prefix` and `length` say nothing
  -- A second secret of each voucher, derived from the batch's key and the serial. Null: its vouchers have none.
  pin_digits integer check (pin_digits between 4 and 6), -- fixed
  -- How the money of a batch of vouchers gets into the books. Codes of another system were paid for there.
  booking text not null default 'first-use' check (booking in ('first-use', 'handed-out', 'elsewhere', 'given-away')),
  primary key (provider_id, batch_id),
  foreign key (provider_id, home_site_id) references sites,
  foreign key (provider_id, plan_id) references plans
);
create index voucher_batches_shape on voucher_batches (provider_id, prefix, length, alphabet) where active;
create index voucher_batches_newest on voucher_batches (provider_id, created_at_ms desc, batch_id desc);
create index voucher_batches_failed on voucher_batches (provider_id) where state = 'failed';
create index voucher_batches_takeover on voucher_batches (provider_id, takeover_id, batch_id) where takeover_id is not null;
select karibu_guard('voucher_batches');

-- Only vouchers about which there is something to say beyond their batch.
create table voucher_exceptions (
  provider_id text not null,
  batch_id text not null,
  serial integer not null,
  state text not null check (state in ('disabled', 'redeemed-elsewhere', 'transferred')),
  at_ms bigint not null,
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, batch_id) references voucher_batches
);
select karibu_guard('voucher_exceptions');

-- Which voucher it was, when it was one.
create table voucher_redemptions (
  provider_id text not null,
  batch_id text not null,
  serial bigint not null,
  site_id text not null,
  grant_id text not null,
  epoch text not null,
  seq bigint not null,
  primary key (provider_id, batch_id, serial, site_id)
);
create index voucher_redemptions_grant on voucher_redemptions (provider_id, grant_id);
create index voucher_redemptions_double on voucher_redemptions (provider_id, grant_id, site_id);
select karibu_guard('voucher_redemptions');
-- Triggers of other rooms: `webhook_noted` (operations/webhooks).

-- A change of many vouchers at once: a job works through the list, and people see how far it is.
create table voucher_bulk_jobs (
  provider_id text not null references providers,
  job_id text not null,
  action text not null check (action in ('disable', 'enable')),
  voucher_ids jsonb not null, -- type string[], fixed
  done integer not null default 0, -- of the list, from its beginning
  failed integer not null default 0, -- those that could not be changed
  problems jsonb not null default '[]', -- type BulkProblem[] from "./bulk-vouchers.ts"; the first of them, and why
  started_by text not null,
  created_at_ms bigint not null,
  finished_at_ms bigint,
  primary key (provider_id, job_id)
);
-- One at a time for each provider.
create unique index voucher_bulk_jobs_open on voucher_bulk_jobs (provider_id) where finished_at_ms is null;
create index voucher_bulk_jobs_age on voucher_bulk_jobs (created_at_ms);
select karibu_guard('voucher_bulk_jobs');

-- One code that no formula makes: of a batch that came from another system. Found by its hash.
create table listed_codes (
  provider_id text not null,
  batch_id text not null,
  serial integer not null,
  hash text not null, -- keyed: by it a site, and the search, find the code
  code_hidden text not null, -- under the batch's key
  more jsonb not null, -- type Omit<ListedMore, "at"> from "@karibu/protocol/feed"; what it has beyond its plan: as in the feed's rows
  -- The one device that might use it was of somebody who was erased: it is good at any, also where its old router still says otherwise.
  mac_erased boolean not null default false,
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, batch_id) references voucher_batches
);
create index listed_codes_hash on listed_codes (provider_id, hash, batch_id);
select karibu_guard('listed_codes');

-- Whose a voucher is, where it was given or transferred to a customer. The key keeps a code from having two owners.
create table voucher_owners (
  provider_id text not null references providers,
  batch_id text not null,
  serial integer not null,
  customer_id text, -- null: their data is erased; the code has left the house all the same, and is given to nobody else
  given_by text not null,
  since_ms bigint not null,
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, customer_id) references customers on delete cascade
);
create index voucher_owners_of on voucher_owners (provider_id, customer_id, since_ms);
select karibu_guard('voucher_owners');

-- Whose it was before: what was done with it from then until then was theirs, and is erased with them.
create table voucher_past_owners (
  provider_id text not null references providers,
  batch_id text not null,
  serial integer not null,
  since_ms bigint not null,
  until_ms bigint not null,
  customer_id text not null,
  primary key (provider_id, batch_id, serial, since_ms),
  foreign key (provider_id, customer_id) references customers on delete cascade
);
create index voucher_past_owners_of on voucher_past_owners (provider_id, customer_id);
select karibu_guard('voucher_past_owners');
