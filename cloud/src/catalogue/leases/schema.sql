-- Tables of catalogue/leases. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Sites other than its home where a batch may be redeemed.
create table batch_sites (
  provider_id text not null,
  batch_id text not null,
  site_id text not null,
  added_at_ms bigint not null,
  primary key (provider_id, batch_id, site_id),
  foreign key (provider_id, batch_id) references voucher_batches,
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('batch_sites');

-- Leases that moved away from the batch's home. A voucher without a row is leased to its home.
create table voucher_leases (
  provider_id text not null,
  batch_id text not null,
  serial bigint not null,
  site_id text not null, -- who holds it
  from_site_id text not null,
  moved_at_ms bigint not null,
  use jsonb not null, -- type LeaseUse from "@karibu/protocol/feed"; what was used of it before the move
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, batch_id) references voucher_batches,
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('voucher_leases');

-- What sites said in their journals that they let go of. A release whose lease never arrived anywhere (the hub died in between) is found
-- here by the next claim.
create table voucher_releases (
  provider_id text not null,
  batch_id text not null,
  serial bigint not null,
  site_id text not null,
  released_at_ms bigint not null, -- ours
  use jsonb not null, -- type LeaseUse from "@karibu/protocol/feed"
  primary key (provider_id, batch_id, serial, site_id)
);
select karibu_guard('voucher_releases');

-- Among these sites a bought grant may be used wherever it was bought. None by default.
create table roaming_sites (
  provider_id text not null,
  site_id text not null,
  added_at_ms bigint not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('roaming_sites');

-- What sites said in their journals that they let go of, by the id that they had it under.
create table grant_releases (
  provider_id text not null,
  lease_id text not null,
  site_id text not null,
  released_at_ms bigint not null, -- ours
  use jsonb not null, -- type LeaseUse from "@karibu/protocol/feed"
  primary key (provider_id, lease_id, site_id)
);
select karibu_guard('grant_releases');
