-- Tables of money/channels. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A provider's own way to be paid. Its keys and the token of its callback path are sealed in the envelope of the master key.
create table channels (
  provider_id text not null references providers,
  channel_id text not null,
  kind text not null, -- type string; one of the kinds that the channel definitions list
  name text not null,
  shortcode text not null,
  environment text not null check (environment in ('sandbox', 'production')),
  keys_sealed bytea not null,
  hook_token_hash text not null, -- SHA-256, hex, of the secret in the addresses of prompts, results and notices
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  store_number text, -- a till's head office number: what Daraja calls its short code
  -- What is no secret: names, switches, ids that the channel gave us.
  settings jsonb not null default '{}', -- type ChannelSettings from "./channel.ts"
  password_set_at_ms bigint, -- of the initiator; M-Pesa lets it live 90 days
  keys_checked_at_ms bigint,
  keys_problem text, -- null: the channel took them
  password_reminded_at_ms bigint, -- When the last reminder about the initiator's password went out.
  -- An M-Pesa channel has two kinds of keys: those that sell (consumer key and secret, passkey) and the initiator's, which sign questions
  -- about receipts, reversals and payouts. Each kind has its own state: a refused initiator stops no sale.
  initiator_version integer not null default 0, -- one more with each change: a result of an earlier one says nothing
  initiator_code text, -- M-Pesa's result code that refuses it; null: nothing is against it
  initiator_problem text, -- the code with M-Pesa's own words
  initiator_stopped_at_ms bigint, -- since when nobody can be asked with it (refused, removed); null again once it works
  initiator_proved_at_ms bigint, -- when a result last showed that it works; null: nothing has yet
  -- Prompts and confirmations of money have callback addresses with a secret each: who sees the address of a prompt can't send
  -- confirmations.
  notice_token_hash text not null,
  -- When the keys that sell were entered, and when the channel first took a request for money that was made with them: only that shows that
  -- all of them fit.
  keys_entered_at_ms bigint not null default 0,
  -- When the channel first took a request for money that was made with the present keys. Null: nobody has seen that they all fit.
  request_accepted_at_ms bigint,
  primary key (provider_id, channel_id),
  constraint channels_kind check (kind in ('mpesa-paybill', 'mpesa-till', 'airtel-money', 'mtn-momo', 'pesapal', 'stripe', 'cash',
    'credit'))
);
create unique index channels_hook on channels (hook_token_hash);
create unique index channels_notice_hook on channels (notice_token_hash);
select karibu_guard('channels');
select karibu_open_to_booker('channels', 'select (provider_id, channel_id, kind, request_accepted_at_ms)');
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).

-- Which channel a site sells through, where it is not the provider's newest.
create table site_channels (
  provider_id text not null,
  site_id text not null,
  channel_id text not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, channel_id) references channels,
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('site_channels');

-- Calls whose result comes later: status, reversal, payout, balance. Written before the call leaves.
create table channel_calls (
  provider_id text not null references providers,
  call_id text not null,
  channel_id text not null,
  kind text not null check (kind in ('status', 'reversal', 'payout', 'balance', 'payout-status')),
  secret_hash text not null, -- of the result's path
  subject text not null, -- the receipt, or the refund's id
  state text not null check (state in ('sending', 'accepted', 'refused', 'late', 'done')),
  conversation_id text,
  answer text,
  result_code text,
  asked_at_ms bigint not null,
  done_at_ms bigint,
  initiator_version integer not null default 0, -- of the initiator who signed it
  primary key (provider_id, call_id),
  foreign key (provider_id, channel_id) references channels
);
create unique index channel_calls_secret on channel_calls (provider_id, secret_hash);
create index channel_calls_subject on channel_calls (provider_id, subject, asked_at_ms desc);
select karibu_guard('channel_calls');

-- The secrets as they are used: when each was last received, and which were replaced. A replaced one of confirmations is good until M-Pesa
-- has taken the new address; one of prompts for as long as a prompt may still call back.
create table hook_tokens (
  provider_id text not null references providers,
  channel_id text not null,
  use text not null check (use in ('push', 'confirmation')),
  token_hash text not null, -- SHA-256, hex
  made_at_ms bigint, -- null: with the channel
  replaced_at_ms bigint,
  last_at_ms bigint,
  primary key (provider_id, channel_id, use, token_hash)
);
create index hook_tokens_replaced on hook_tokens (token_hash) where replaced_at_ms is not null;
select karibu_guard('hook_tokens');
-- Triggers of other rooms: `removal_noted`, `revocation_noted` (operations/back-ups).
