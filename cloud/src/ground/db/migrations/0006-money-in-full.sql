-- Money in full: channels of every kind, money that no push asked for, calls with a later result, refunds, claims, floats,
-- expenses, invoices, statements, messages.

alter table channels drop constraint channels_kind_check;
alter table channels add constraint channels_kind
  check (kind in ('mpesa-paybill', 'mpesa-till', 'pesapal', 'stripe', 'cash', 'credit'));
alter table channels
  add column store_number text, -- a till's head office number: what Daraja calls its short code
  add column settings jsonb not null default '{}', -- what is no secret: names, switches, ids that the channel gave us
  add column password_set_at_ms bigint, -- of the initiator; M-Pesa lets it live 90 days
  add column keys_checked_at_ms bigint,
  add column keys_problem text; -- null: the channel took them

-- Which channel a site sells through, where it is not the provider's newest.
create table site_channels (
  provider_id text not null,
  site_id text not null,
  channel_id text not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites,
  foreign key (provider_id, channel_id) references channels
);
select karibu_guard('site_channels');

-- One token per app, shared by all hub processes: a new one kills the old one. Whoever holds the lease fetches.
create table channel_tokens (
  provider_id text not null,
  app text not null, -- SHA-256, hex, of base URL and key
  token_sealed bytea,
  ends_at_ms bigint not null default 0,
  lease_until_ms bigint not null default 0,
  primary key (provider_id, app)
);
select karibu_guard('channel_tokens');

alter table intents
  add column held_cents bigint not null default 0, -- paid less than the price so far: stands in the customer's credit
  add column redirect_url text, -- where the customer pays, with channels that have a page
  add column waits_since_ms bigint, -- a question is due and the channel's budget is spent
  add column customer_id text,
  add column sold_by text; -- the user who took cash
create index intents_waiting on intents (provider_id, channel_id, waits_since_ms) where waits_since_ms is not null;
create index intents_uncorroborated on intents (provider_id, sent_at_ms) where state = 'paid' and not corroborated;

-- Questions put so far: every fifth goes to the one who has waited longest.
alter table question_budgets add column asked bigint not null default 0;

-- Money without an owner stands in suspense until somebody claims it or a person assigns it.
alter table receipts
  add column suspense_cents bigint not null default 0,
  add column state text not null default 'booked'
    check (state in ('booked', 'credit', 'suspense', 'reversed', 'disproved', 'frozen')),
  add column source text not null default 'stk-callback',
  add column corroborated boolean not null default false,
  add column party text, -- whose credit it became
  add column payer_hash text,
  add column payer_masked text,
  add column payer_name text,
  add column account_text text, -- as a person typed it
  add column paid_at_ms bigint, -- by the channel's clock
  add column note text;
do $$
declare name text;
begin
  select conname into name from pg_constraint
  where conrelid = 'receipts'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%plan_cents%';
  execute format('alter table receipts drop constraint %I', name);
end $$;
alter table receipts add constraint receipts_whole check (plan_cents + credit_cents + suspense_cents = amount_cents);
create index receipts_suspense on receipts (provider_id, booked_at_ms desc) where suspense_cents > 0;
create index receipts_booked on receipts (provider_id, booked_at_ms, receipt);
create index ledger_postings_party on ledger_postings (provider_id, account, party, currency) include (amount_cents)
  where party is not null;
create index ledger_entries_time on ledger_entries (provider_id, at_ms, entry_id);

alter table evidence add column receipt text;
create index evidence_receipt on evidence (provider_id, receipt) where receipt is not null;

-- Calls whose result comes later: status, reversal, payout, balance. Written before the call leaves.
create table channel_calls (
  provider_id text not null references providers,
  call_id text not null,
  channel_id text not null,
  kind text not null check (kind in ('status', 'reversal', 'payout', 'balance')),
  secret_hash text not null, -- of the result's path
  subject text not null, -- the receipt, or the refund's id
  state text not null check (state in ('sending', 'accepted', 'refused', 'late', 'done')),
  conversation_id text,
  answer text,
  result_code text,
  asked_at_ms bigint not null,
  done_at_ms bigint,
  primary key (provider_id, call_id),
  foreign key (provider_id, channel_id) references channels
);
create unique index channel_calls_secret on channel_calls (provider_id, secret_hash);
create index channel_calls_subject on channel_calls (provider_id, subject, asked_at_ms desc);
select karibu_guard('channel_calls');

-- Which span of time a channel's list of transactions has been read for.
create table pull_spans (
  provider_id text not null,
  channel_id text not null,
  from_ms bigint not null,
  to_ms bigint not null,
  rows integer not null,
  read_at_ms bigint not null,
  primary key (provider_id, channel_id, from_ms, to_ms)
);
select karibu_guard('pull_spans');

-- What no table of ours lists: codes, keys, types. Counted, with one example.
create table surprises (
  provider_id text not null references providers,
  source text not null,
  what text not null,
  times bigint not null default 1,
  evidence_id text,
  first_at_ms bigint not null,
  last_at_ms bigint not null,
  seen_at_ms bigint,
  primary key (provider_id, source, what)
);
select karibu_guard('surprises');

-- Numbers that people type as the account at a paybill: a customer's, a site's, an order's.
create table pay_accounts (
  provider_id text not null references providers,
  account_key text not null, -- normalised
  account_number text not null, -- as it was given out
  kind text not null check (kind in ('customer', 'site', 'order')),
  party text, -- whose credit
  phone_hash text,
  customer_id text,
  site_id text,
  plan_id text, -- bought at once when the money suffices
  invoice_id text,
  active boolean not null default true,
  created_at_ms bigint not null,
  primary key (provider_id, account_key)
);
create index pay_accounts_phone on pay_accounts (provider_id, phone_hash);
select karibu_guard('pay_accounts');

-- "I already paid."
create table payment_claims (
  provider_id text not null references providers,
  claim_id text not null,
  receipt text not null,
  phone_hash text,
  phone_masked text,
  site_id text,
  user_id text, -- null: the customer, at a portal
  intent_id text,
  state text not null check (state in ('open', 'asked', 'settled', 'refused')),
  outcome text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, claim_id)
);
create index payment_claims_newest on payment_claims (provider_id, created_at_ms desc, claim_id desc);
create index payment_claims_receipt on payment_claims (provider_id, receipt);
select karibu_guard('payment_claims');

create table money_settings (
  provider_id text primary key references providers,
  two_person_refunds boolean not null default false,
  strict_accounts boolean not null default false, -- a validation call for an unknown account is refused
  sms_after_payment boolean not null default true,
  commission_permille integer not null default 0
);
select karibu_guard('money_settings');

-- The row is written before any money is sent; a lost answer is asked about, never sent again.
create table refunds (
  provider_id text not null references providers,
  refund_id text not null,
  idempotency_key text not null,
  intent_id text,
  rail text,
  receipt text,
  channel_id text,
  method text not null check (method in ('reversal', 'payout', 'credit', 'cash', 'channel')),
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  party text,
  phone_sealed bytea,
  reason text not null,
  state text not null check (state in ('asked', 'approved', 'sending', 'sent', 'unknown', 'done', 'failed', 'refused')),
  problem text,
  entry_id text,
  result_receipt text,
  asked_by text not null,
  approved_by text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, refund_id)
);
create unique index refunds_idempotency on refunds (provider_id, idempotency_key);
create index refunds_newest on refunds (provider_id, created_at_ms desc, refund_id desc);
select karibu_guard('refunds');

create table expenses (
  provider_id text not null references providers,
  expense_id text not null,
  idempotency_key text not null,
  category text not null,
  payee text,
  note text,
  paid_from text not null, -- a ledger account
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  spent_on date not null,
  entry_id text not null,
  voided_entry_id text,
  created_by text not null,
  created_at_ms bigint not null,
  primary key (provider_id, expense_id)
);
create unique index expenses_idempotency on expenses (provider_id, idempotency_key);
select karibu_guard('expenses');

create table invoice_counters (
  provider_id text primary key references providers,
  next_number bigint not null
);
select karibu_guard('invoice_counters');

create table invoices (
  provider_id text not null references providers,
  invoice_id text not null,
  number bigint not null,
  idempotency_key text not null,
  customer_name text not null,
  party text,
  intent_id text,
  lines jsonb not null,
  total_cents bigint not null check (total_cents > 0),
  currency text not null,
  state text not null check (state in ('issued', 'paid', 'void')),
  due_on date,
  entry_id text,
  created_by text not null,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, invoice_id)
);
create unique index invoices_number on invoices (provider_id, number);
create unique index invoices_idempotency on invoices (provider_id, idempotency_key);
select karibu_guard('invoices');

-- A statement of the organisation portal, as it was read; the last word on what came in.
create table statements (
  provider_id text not null references providers,
  statement_id text not null,
  channel_id text not null,
  layout text not null,
  from_ms bigint not null,
  to_ms bigint not null,
  inflow_rows integer not null,
  inflow_cents bigint not null,
  file_hash text not null,
  imported_by text not null,
  imported_at_ms bigint not null,
  primary key (provider_id, statement_id),
  foreign key (provider_id, channel_id) references channels
);
create unique index statements_file on statements (provider_id, channel_id, file_hash);
select karibu_guard('statements');

create table statement_lines (
  provider_id text not null,
  statement_id text not null,
  line integer not null,
  receipt text not null,
  kind text not null check (kind in ('inflow', 'reversal', 'charge', 'sweep', 'outflow', 'other')),
  amount_cents bigint not null,
  completed_at_ms bigint not null,
  account_text text,
  payer text,
  linked_receipt text,
  primary key (provider_id, statement_id, line),
  foreign key (provider_id, statement_id) references statements
);
create index statement_lines_receipt on statement_lines (provider_id, receipt);
select karibu_guard('statement_lines');

create table closed_days (
  provider_id text not null,
  channel_id text not null,
  day date not null,
  booked_cents bigint not null,
  statement_cents bigint not null,
  closed_by text not null,
  closed_at_ms bigint not null,
  primary key (provider_id, channel_id, day)
);
select karibu_guard('closed_days');

-- Who sends a provider's messages, and the messages. Text and number rest sealed: a text may carry a code.
create table message_senders (
  provider_id text not null references providers,
  sender_id text not null,
  kind text not null check (kind in ('africastalking', 'advanta', 'twilio')),
  name text not null,
  keys_sealed bytea not null,
  hook_token_hash text not null,
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, sender_id)
);
create unique index message_senders_hook on message_senders (hook_token_hash);
select karibu_guard('message_senders');

create table messages (
  provider_id text not null references providers,
  message_id text not null,
  event_key text not null, -- event, template and recipient: the same is sent once
  template text not null,
  to_sealed bytea not null,
  to_hash text not null,
  to_masked text not null,
  text_sealed bytea not null,
  sender_id text,
  state text not null check (state in ('waiting', 'accepted', 'delivered', 'failed')),
  remote_id text,
  problem text,
  tries integer not null default 0,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, message_id)
);
create unique index messages_event on messages (provider_id, event_key);
create index messages_newest on messages (provider_id, created_at_ms desc, message_id desc);
create index messages_remote on messages (provider_id, sender_id, remote_id);
select karibu_guard('messages');

create index stray_callbacks_age on stray_callbacks (received_at_ms);

-- Renewed from the customer's credit when it ends.
create table renewals (
  provider_id text not null references providers,
  party text not null,
  plan_id text not null,
  site_id text not null,
  active boolean not null default true,
  last_intent_id text,
  next_at_ms bigint not null,
  problem text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, party, plan_id, site_id)
);
create index renewals_due on renewals (next_at_ms) where active;
select karibu_guard('renewals');

-- Jobs that failed for good, kept for people; and what queues did, by the hour.
create table dead_jobs (
  job_id text primary key,
  name text not null,
  queue text not null,
  data jsonb not null,
  error text,
  tries integer not null,
  created_at_ms bigint not null,
  died_at_ms bigint not null
);
grant select, insert, update, delete on dead_jobs to karibu_platform;
create table job_counts (
  name text not null,
  hour_ms bigint not null,
  done bigint not null default 0,
  failed bigint not null default 0,
  dead bigint not null default 0,
  busy_ms bigint not null default 0,
  primary key (name, hour_ms)
);
grant select, insert, update, delete on job_counts to karibu_platform;
