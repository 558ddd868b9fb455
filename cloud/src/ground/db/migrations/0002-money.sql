-- Money: channels, purchases and what is known of them, receipts, the ledger, grants, jobs.
-- Identifiers are text (UUIDv7 of the world). Amounts are minor units, times milliseconds since 1970, both bigint.

-- A provider's own way to be paid. Its keys and the token of its callback path are sealed in the envelope of the master key.
create table channels (
  provider_id text not null references providers,
  channel_id text not null,
  kind text not null check (kind in ('mpesa-paybill')),
  name text not null,
  shortcode text not null,
  environment text not null check (environment in ('sandbox', 'production')),
  keys_sealed bytea not null,
  hook_token_hash text not null, -- SHA-256, hex
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, channel_id)
);
create unique index channels_hook on channels (hook_token_hash);
select karibu_guard('channels');

-- A payment asked for. Carries its own copy of the plan: what was offered is what is given.
create table intents (
  provider_id text not null references providers,
  intent_id text not null,
  channel_id text not null,
  site_id text not null,
  plan_id text not null,
  plan_name text not null,
  terms jsonb not null,
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  phone_sealed bytea not null,
  phone_hash text not null, -- SHA-256 of the 12 digits, hex
  phone_masked text not null,
  idempotency_key text not null,
  reference text not null, -- printed in the payer's message; joins all sources
  secret_hash text not null, -- of the callback path; the secret itself is only in the push
  state text not null check (state in
    ('created', 'sending', 'prompted', 'paid', 'paid_unreceipted', 'failed', 'unknown', 'reversed', 'disproved')),
  reason text,
  request_id text,
  request_id_from text check (request_id_from in ('answer', 'callback')),
  receipt text,
  unreceipted boolean not null default false,
  corroborated boolean not null default false,
  review text,
  questions integer not null default 0,
  created_at_ms bigint not null,
  sent_at_ms bigint,
  changed_at_ms bigint not null,
  primary key (provider_id, intent_id),
  foreign key (provider_id, channel_id) references channels,
  foreign key (provider_id, site_id) references sites
);
create unique index intents_idempotency on intents (provider_id, idempotency_key);
create unique index intents_reference on intents (provider_id, reference);
create unique index intents_secret on intents (provider_id, secret_hash);
create index intents_request on intents (provider_id, channel_id, request_id);
create index intents_phone on intents (provider_id, phone_hash, created_at_ms desc);
create index intents_newest on intents (provider_id, created_at_ms desc, intent_id desc);
create index intents_review on intents (provider_id, changed_at_ms desc) where review is not null;
select karibu_guard('intents');

-- Raw facts, kept as they came. The same fact twice is one row.
create table evidence (
  provider_id text not null references providers,
  evidence_id text not null,
  channel_id text not null,
  intent_id text, -- null: nobody knows which purchase this speaks of
  source text not null,
  natural_key text not null,
  body_hash text not null, -- SHA-256, hex
  body text not null,
  remote_address text,
  received_at_ms bigint not null,
  state text not null check (state in ('new', 'parked', 'done', 'stray')),
  outcome text, -- what it did, for people
  primary key (provider_id, evidence_id),
  foreign key (provider_id, intent_id) references intents
);
create unique index evidence_once on evidence (provider_id, source, natural_key, body_hash);
create index evidence_intent on evidence (provider_id, intent_id, evidence_id);
create index evidence_stray on evidence (provider_id, received_at_ms desc) where state = 'stray';
select karibu_guard('evidence');

-- Callbacks whose path names no channel of ours: kept raw, with the reason. No tenant: the platform's only.
create table stray_callbacks (
  stray_id text primary key,
  path text not null,
  reason text not null,
  body text not null,
  remote_address text,
  received_at_ms bigint not null
);
grant select, insert, delete on stray_callbacks to karibu_platform;

-- Double entry, append-only. A correction is a new entry.
create table ledger_entries (
  provider_id text not null references providers,
  entry_id text not null,
  entry_key text not null, -- the cause: written once
  kind text not null,
  intent_id text,
  at_ms bigint not null,
  primary key (provider_id, entry_id)
);
create unique index ledger_entries_key on ledger_entries (provider_id, entry_key);
select karibu_guard('ledger_entries');
revoke update, delete on ledger_entries from karibu_app, karibu_platform;

create table ledger_postings (
  provider_id text not null,
  entry_id text not null,
  line integer not null,
  account text not null,
  party text, -- whose credit: the phone's hash
  currency text not null,
  amount_cents bigint not null, -- debit positive, credit negative
  primary key (provider_id, entry_id, line),
  foreign key (provider_id, entry_id) references ledger_entries
);
create index ledger_postings_account on ledger_postings (provider_id, account, currency) include (amount_cents);
select karibu_guard('ledger_postings');
revoke update, delete on ledger_postings from karibu_app, karibu_platform;

-- Asked at commit: an entry that does not sum to zero per currency, or has no lines, takes its transaction down.
create function karibu_entry_is_balanced() returns trigger language plpgsql as $balanced$
begin
  if not exists (
    select from ledger_postings p where p.provider_id = new.provider_id and p.entry_id = new.entry_id
  ) or exists (
    select from ledger_postings p where p.provider_id = new.provider_id and p.entry_id = new.entry_id
    group by p.currency having sum(p.amount_cents) <> 0
  ) then
    raise exception 'ledger entry % does not sum to zero', new.entry_id using errcode = 'check_violation';
  end if;
  return null;
end
$balanced$;
create constraint trigger balanced after insert on ledger_entries
  deferrable initially deferred for each row execute function karibu_entry_is_balanced();
create constraint trigger balanced after insert on ledger_postings
  deferrable initially deferred for each row execute function karibu_entry_is_balanced();

-- One row per real inflow. Every cent has one outcome: the plan, or the customer's credit.
create table receipts (
  provider_id text not null references providers,
  rail text not null,
  receipt text not null,
  channel_id text not null,
  intent_id text,
  amount_cents bigint not null check (amount_cents > 0),
  plan_cents bigint not null,
  credit_cents bigint not null,
  currency text not null,
  entry_id text not null,
  booked_at_ms bigint not null,
  primary key (provider_id, rail, receipt),
  check (plan_cents + credit_cents = amount_cents),
  foreign key (provider_id, entry_id) references ledger_entries
);
create index receipts_intent on receipts (provider_id, intent_id);
select karibu_guard('receipts');

-- Rights to use that the hub made. What becomes of one at its site is in the journal's tables.
create table grants (
  provider_id text not null references providers,
  grant_id text not null,
  site_id text not null,
  intent_id text,
  origin text not null check (origin in ('purchase')),
  plan_name text not null,
  terms jsonb not null,
  phone_hash text,
  unverified boolean not null,
  created_at_ms bigint not null,
  revoked_at_ms bigint,
  primary key (provider_id, grant_id),
  foreign key (provider_id, site_id) references sites
);
create unique index grants_intent on grants (provider_id, intent_id) where intent_id is not null;
create index grants_phone on grants (provider_id, phone_hash, created_at_ms desc);
select karibu_guard('grants');

-- When the next question may be put to a channel: shared by all hub processes.
create table question_budgets (
  provider_id text not null,
  channel_id text not null,
  next_at_ms bigint not null,
  primary key (provider_id, channel_id)
);
select karibu_guard('question_budgets');

-- Jobs, from the transaction of their cause to the queue that runs them. Data holds identifiers only, never secrets.
create table job_outbox (
  job_id text primary key, -- UUIDv7
  seq bigint generated always as identity,
  name text not null,
  data jsonb not null,
  singleton_key text,
  run_at_ms bigint not null,
  tries integer not null default 0,
  -- moving: on its way to pg-boss. running: tried now by the in-process queue. Both end by deletion.
  state text not null default 'waiting' check (state in ('waiting', 'moving', 'running', 'dead')),
  taken_at_ms bigint,
  last_error text,
  created_at_ms bigint not null
);
create unique index job_outbox_single on job_outbox (name, singleton_key) where state = 'waiting' and tries = 0;
create index job_outbox_due on job_outbox (state, run_at_ms, seq);
grant insert on job_outbox to karibu_app;
grant select, insert, update, delete on job_outbox to karibu_platform;
