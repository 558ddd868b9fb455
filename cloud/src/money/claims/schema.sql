-- Tables of money/claims. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- A customer's "I already paid": the receipt, and what became of it.
create table payment_claims (
  provider_id text not null references providers,
  claim_id text not null,
  receipt text,
  phone_hash text, -- type Party from "../../ground/amounts/parties.ts"
  phone_masked text,
  site_id text,
  user_id text, -- null: the customer, at a portal
  purchase_id text,
  state text not null check (state in ('open', 'asked', 'settled', 'refused')),
  outcome text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  amount_cents bigint,
  seen_at_ms bigint,
  turned_down_reason text, -- A person has turned a claim down, and why. It can be opened again.
  turned_down_by text,
  turned_down_at_ms bigint,
  phone_sealed bytea, -- The number that was typed, for the message once its money opens something.
  linked_receipt text, -- The money that a person said it means.
  times integer not null default 1, -- How often it was made; what the page repeats by itself does not count.
  said_at_ms bigint, -- null: once, when it was made
  primary key (provider_id, claim_id)
);
create index payment_claims_newest on payment_claims (provider_id, created_at_ms desc, claim_id desc);
create index payment_claims_receipt on payment_claims (provider_id, receipt);
create index payment_claims_phone on payment_claims (provider_id, phone_hash, created_at_ms desc);
create index payment_claims_site on payment_claims (provider_id, site_id, created_at_ms desc);
-- What the home page counts: each by a small index of the rows that wait, so that millions of settled rows cost nothing.
create index payment_claims_waiting on payment_claims (provider_id) where state in ('open', 'asked') and seen_at_ms is null;
create index payment_claims_turned_down on payment_claims (provider_id, turned_down_at_ms desc) where turned_down_at_ms is not null;
create index payment_claims_linked on payment_claims (provider_id, linked_receipt) where linked_receipt is not null;
select karibu_guard('payment_claims');

-- M-Pesa's own message as a witness: the owner's phone forwards it to an address with a secret. None until a person makes one.
create table message_addresses (
  provider_id text not null references providers,
  channel_id text not null,
  token_hash text not null, -- SHA-256, hex
  token_sealed bytea not null, -- so that it can be shown again to who may change the channel
  made_at_ms bigint not null,
  replaced_at_ms bigint, -- good for two more days, so that the phone can be changed
  last_at_ms bigint,
  primary key (provider_id, channel_id, token_hash),
  foreign key (provider_id, channel_id) references channels
);
create unique index message_addresses_token on message_addresses (token_hash);
create unique index message_addresses_current on message_addresses (provider_id, channel_id) where replaced_at_ms is null;
select karibu_guard('message_addresses');
-- Triggers of other rooms: `removal_noted`, `replacement_noted`, `revocation_noted` (operations/back-ups).

-- M-Pesa's messages as the SIM of a site's router receives them. None is read before a person switches that on for the site.
create table sim_inboxes (
  provider_id text not null references providers,
  site_id text not null,
  channel_id text not null, -- whose money the messages tell of
  sender text not null,
  since_ms bigint not null, -- what the SIM held before is never reported
  state text, -- what the site last said: it reads, or why it does not
  state_at_ms bigint,
  last_at_ms bigint, -- when it last told of money
  primary key (provider_id, site_id),
  foreign key (provider_id, channel_id) references channels,
  foreign key (provider_id, site_id) references sites
);
create index sim_inboxes_channel on sim_inboxes (provider_id, channel_id);
select karibu_guard('sim_inboxes');
