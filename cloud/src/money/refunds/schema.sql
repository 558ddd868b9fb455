-- Tables of money/refunds. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Money on its way back to who paid it. The row is written before any money is sent; a lost answer is asked about, never sent again.
create table refunds (
  provider_id text not null references providers,
  refund_id text not null,
  idempotency_key text not null,
  purchase_id text,
  rail text,
  receipt text,
  channel_id text,
  method text not null check (method in ('reversal', 'payout', 'credit', 'cash', 'channel')),
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  party text, -- type Party from "../../ground/amounts/parties.ts"
  phone_sealed bytea,
  reason text not null,
  state text not null check (state in ('asked', 'approved', 'sending', 'sent', 'unknown', 'done', 'failed', 'refused', 'returned')),
  problem text,
  entry_id text,
  result_receipt text,
  asked_by text not null,
  approved_by text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  voucher_id text, -- a voucher given back, instead of a payment
  revoke boolean not null default true,
  all_left boolean not null default false, -- "all that is left": what is used until it is agreed to comes off
  refused_by text,
  -- A refund that failed was tried in another way, or given up; and what a person said of one that nobody had an answer for.
  retry_of text,
  resolution text check (resolution in ('retried', 'given-up', 'paid')),
  resolved_by text,
  resolved_at_ms bigint,
  note text,
  -- A sale at a site that was given back, `<site>.<sale>`, instead of a payment or a voucher.
  cash_sale_id text,
  -- Whether the refund carries our name at its channel, so that the channel can be asked about it.
  has_name_at_channel boolean not null default true,
  returned_receipt text, -- under which the channel gave it back to us
  -- Sites that could have given what is refunded, and whose journal the hub did not have up to then: [{siteId, name, heardAtMs,
  -- waitedUntilMs}]. Null: none.
  silent_sites jsonb, -- type readonly SilentSite[] from "../../fleet/link/silent-sites.ts"
  -- It waits for them alone: once they are heard it goes on by itself, or is refused as used.
  goes_on_when_heard boolean not null default false,
  primary key (provider_id, refund_id)
);
create unique index refunds_idempotency on refunds (provider_id, idempotency_key);
create index refunds_newest on refunds (provider_id, created_at_ms desc, refund_id desc);
create index refunds_voucher on refunds (provider_id, voucher_id) where voucher_id is not null;
create index refunds_purchase on refunds (provider_id, purchase_id) where purchase_id is not null;
create index refunds_waiting on refunds (provider_id, state) where resolution is null and state in ('asked', 'unknown', 'failed', 'sent');
create index refunds_result on refunds (provider_id, channel_id, result_receipt) where result_receipt is not null;
create index refunds_cash_sale on refunds (provider_id, cash_sale_id) where cash_sale_id is not null;
-- What somebody has asked for, newest first: sellers see what became of it.
create index refunds_asked_by on refunds (provider_id, asked_by, refund_id desc);
-- The sweep finds refunds whose job was lost.
create index refunds_on_their_way on refunds (changed_at_ms) where state in ('approved', 'sending');
create index refunds_returned on refunds (provider_id, channel_id, returned_receipt) where returned_receipt is not null;
create index refunds_waiting_for_sites on refunds (provider_id, refund_id) where state = 'asked' and goes_on_when_heard;
select karibu_guard('refunds');
-- Triggers of other rooms: `received_noted` (money/received).
