-- Tables of modules/resellers. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- People and shops that sell a provider's printed vouchers for a commission. What each owes is in the ledger, on `float:<reseller_id>`.
create table resellers (
  provider_id text not null references providers,
  reseller_id text not null,
  name text not null,
  name_key text not null,
  phone text, -- as the provider typed it; of a business partner, not of a customer
  commission_permille integer not null check (commission_permille between 0 and 1000),
  credit_limit_cents bigint, -- what may be with them unpaid, in the provider's currency; null: no limit
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, reseller_id)
);
create unique index resellers_name on resellers (provider_id, name_key);
select karibu_guard('resellers');

-- Vouchers that went to a reseller at one time. Price and commission stay as they were then.
create table voucher_hand_overs (
  provider_id text not null references providers,
  hand_over_id text not null,
  reseller_id text not null,
  batch_id text not null,
  codes integer not null check (codes > 0),
  returned integer not null default 0,
  first_serial integer not null,
  last_serial integer not null,
  price_cents bigint not null,
  commission_cents bigint not null, -- of one voucher
  currency text not null,
  handed_by text not null,
  idempotency_key text not null,
  handed_at_ms bigint not null,
  primary key (provider_id, hand_over_id),
  foreign key (provider_id, reseller_id) references resellers on delete cascade
);
create index voucher_hand_overs_of on voucher_hand_overs (provider_id, reseller_id, hand_over_id);
create unique index voucher_hand_overs_key on voucher_hand_overs (provider_id, idempotency_key);
select karibu_guard('voucher_hand_overs');

-- Each voucher that is, or was sold, with a reseller. The key keeps a code from having two holders; a returned one has no row any more.
create table reseller_vouchers (
  provider_id text not null references providers,
  batch_id text not null,
  serial integer not null,
  hand_over_id text not null,
  sold_at_ms bigint, -- null: neither used nor declared sold
  sold_how text check (sold_how in ('used', 'declared', 'handed-out')),
  -- Of a voucher that was refunded its reseller keeps no commission: how much of it was taken back.
  commission_back_cents bigint not null default 0,
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, hand_over_id) references voucher_hand_overs on delete cascade
);
create index reseller_vouchers_of on reseller_vouchers (provider_id, hand_over_id, serial);
select karibu_guard('reseller_vouchers');

-- Vouchers that came back from a reseller, by when: a site that was away may tell later that one was used before.
create table returned_vouchers (
  provider_id text not null references providers,
  batch_id text not null,
  serial integer not null,
  hand_over_id text not null,
  returned_at_ms bigint not null,
  primary key (provider_id, batch_id, serial, hand_over_id),
  foreign key (provider_id, hand_over_id) references voucher_hand_overs on delete cascade
);
create index returned_vouchers_of on returned_vouchers (provider_id, hand_over_id);
select karibu_guard('returned_vouchers');
