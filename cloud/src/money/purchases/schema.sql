-- Tables of money/purchases. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A payment asked for. Carries its own copy of the plan: what was offered is what is given.
create table purchases (
  provider_id text not null references providers,
  purchase_id text not null,
  channel_id text not null,
  site_id text not null,
  plan_id text not null,
  plan_name text not null,
  terms jsonb not null, -- type Terms from "@karibu/protocol/plan", fixed
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  phone_sealed bytea, -- Null: the person was erased.
  -- a keyed hash of the 12 digits, hex (`ground/amounts/parties.ts`). Null, with the mask: bought over the counter by somebody who gave no number.
  phone_hash text, -- type Party from "../../ground/amounts/parties.ts"
  phone_masked text,
  idempotency_key text not null,
  reference text not null, -- printed in the payer's message; joins all sources
  secret_hash text not null, -- of the callback path; the secret itself is only in the push
  state text not null check (state in ('created', 'sending', 'prompted', 'paid', 'paid_unreceipted', 'failed', 'unknown', 'reversed',
    'disproved', 'moved')),
  reason text, -- type FailureReason from "../evidence/evidence.ts"
  request_id text,
  request_id_from text check (request_id_from in ('answer', 'callback')),
  receipt text,
  unreceipted boolean not null default false,
  corroborated boolean not null default false,
  review text, -- type Review from "./transition/purchase-facts.ts"
  questions integer not null default 0,
  created_at_ms bigint not null,
  sent_at_ms bigint, -- when somebody was asked to pay; null: nobody was, the money came by itself
  changed_at_ms bigint not null,
  held_cents bigint not null default 0, -- paid less than the price so far: stands in the customer's credit
  redirect_url text, -- where the customer pays, with channels that have a page
  waits_since_ms bigint, -- a question is due and the channel's budget is spent
  customer_id text,
  sold_by text, -- the user who took cash
  denied_at_ms bigint, -- The channel, asked by us, last answered that it failed.
  claimed_at_ms bigint, -- The customer came back and said "I paid": they stand at the page again.
  renews_grant_id text, -- The grant that this one goes on from: its site hands it to the same devices.
  -- How much of the plan's price stands in `pending`, because nothing has proved yet that it was paid.
  pending_cents bigint not null default 0 check (pending_cents >= 0),
  -- Who is told that it is paid, where that is not the number that was asked to pay: who paid, or who claimed the money. Sealed empty text:
  -- nobody whose whole number is known.
  message_phone_sealed bytea,
  to_hash text, -- type Party from "../../ground/amounts/parties.ts"; whose number that is. Null: nobody's, or it is not known any more.
  -- What the channel is asked for, where credit pays the other part of the price. Null: the whole price.
  asked_cents bigint, -- fixed
  promotion_id text, -- fixed; The promotion that lowered the price by so much (0: it gave something on top). Null: the usual price.
  -- `amount_cents` is what was asked for; this much less than usual.
  discount_cents bigint not null default 0,
  primary key (provider_id, purchase_id),
  foreign key (provider_id, channel_id) references channels,
  foreign key (provider_id, site_id) references sites,
  check (asked_cents > 0 and asked_cents < amount_cents)
);
create unique index purchases_idempotency on purchases (provider_id, idempotency_key);
create unique index purchases_reference on purchases (provider_id, reference);
create unique index purchases_secret on purchases (provider_id, secret_hash);
create index purchases_request on purchases (provider_id, channel_id, request_id);
create index purchases_phone on purchases (provider_id, phone_hash, created_at_ms desc);
-- Who paid or claimed what somebody else ordered: an erasure looks for them.
create index purchases_told on purchases (provider_id, to_hash) where to_hash is not null;
create index purchases_newest on purchases (provider_id, created_at_ms desc, purchase_id desc);
create index purchases_review on purchases (provider_id, changed_at_ms desc) where review is not null;
create index purchases_waiting on purchases (provider_id, channel_id, waits_since_ms) where waits_since_ms is not null;
-- What nobody can call paid or failed yet, or a person must look at: few, and counted on every look at the overview.
create index purchases_undecided on purchases (provider_id) where state in ('unknown', 'paid_unreceipted') or review is not null;
-- What is pending, for lists and the alarm: few rows, because proof takes them away.
create index purchases_pending on purchases (provider_id, channel_id, changed_at_ms) where pending_cents > 0;
-- What one member of staff has sold today.
create index purchases_sold_by on purchases (provider_id, sold_by, created_at_ms desc) where sold_by is not null;
-- Lists show the ends of a payer's number, and find payments by no more than that.
create index purchases_mask on purchases (provider_id, phone_masked, created_at_ms desc) where phone_masked is not null;
create index purchases_unverified on purchases (provider_id, currency, changed_at_ms) include (amount_cents)
  where state = 'paid' and not corroborated;
select karibu_guard('purchases');
select karibu_open_to_booker('purchases', 'select, update');
-- Triggers of other rooms: `received_noted` (money/received).
