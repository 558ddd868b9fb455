-- Tables of modules/venues. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- Owners of the places where sites stand, who get a share of what is sold there. What each has to get is in the ledger, on
-- `venue:<venue_id>`.
create table venues (
  provider_id text not null references providers,
  venue_id text not null,
  name text not null,
  name_key text not null,
  phone text, -- as the provider typed it; of a business partner, not of a customer
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, venue_id)
);
create unique index venues_name on venues (provider_id, name_key);
select karibu_guard('venues');

-- What share of which sales, and for how long. A changed share ends one row and begins another: earlier sales keep theirs.
create table venue_shares (
  provider_id text not null references providers,
  share_id text not null,
  venue_id text not null,
  site_id text not null,
  plan_id text, -- null: of every plan that has no row of its own
  permille integer not null check (permille between 0 and 1000),
  from_ms bigint not null,
  until_ms bigint, -- null: still
  primary key (provider_id, share_id),
  foreign key (provider_id, venue_id) references venues on delete cascade
);
create index venue_shares_of on venue_shares (provider_id, site_id, from_ms);
create index venue_shares_venue on venue_shares (provider_id, venue_id, share_id);
select karibu_guard('venue_shares');

-- The share of each entry of the books, once.
create table venue_accruals (
  provider_id text not null references providers,
  entry_id text not null, -- of the sale, or of what took it back
  venue_id text not null,
  site_id text not null,
  plan_id text,
  sale_cents bigint not null, -- below zero: refunded or reversed
  share_cents bigint not null,
  currency text not null,
  at_ms bigint not null, -- of the sale's entry
  primary key (provider_id, entry_id, venue_id),
  foreign key (provider_id, venue_id) references venues on delete cascade
);
create index venue_accruals_of on venue_accruals (provider_id, venue_id, at_ms);
select karibu_guard('venue_accruals');

-- How far the books were looked through.
create table venue_progress (
  provider_id text primary key references providers,
  looked_until_ms bigint not null
);
select karibu_guard('venue_progress');

-- What the owner of a place was paid of its share, and how.
create table venue_pay_outs (
  provider_id text not null references providers,
  pay_out_id text not null,
  venue_id text not null,
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  method text not null check (method in ('cash', 'mpesa')),
  reference text, -- of the M-Pesa payment
  paid_from text not null, -- a ledger account
  entry_id text not null,
  paid_by text not null,
  idempotency_key text not null,
  paid_at_ms bigint not null,
  primary key (provider_id, pay_out_id),
  foreign key (provider_id, venue_id) references venues on delete cascade
);
create unique index venue_pay_outs_key on venue_pay_outs (provider_id, idempotency_key);
create unique index venue_pay_outs_reference on venue_pay_outs (provider_id, reference) where reference is not null;
create index venue_pay_outs_of on venue_pay_outs (provider_id, venue_id, pay_out_id);
select karibu_guard('venue_pay_outs');
