-- Many hub processes and many sites: calls across processes, leases of vouchers over several sites, WireGuard peers.

-- A call to a site whose link another hub process holds. The asking process waits for the answer by notification.
-- Rows are short-lived; what a call caused also arrives by the journal.
create table site_calls (
  provider_id text not null,
  call_id text not null,
  site_id text not null,
  asked_by text not null, -- hub processes
  asked_of text not null,
  method text not null,
  params jsonb not null,
  asked_at_ms bigint not null,
  deadline_at_ms bigint not null,
  cancelled boolean not null default false,
  answer jsonb, -- {"result": ...} or {"code": ..., "message": ...}
  primary key (provider_id, call_id)
);
create index site_calls_asked_of on site_calls (asked_of) where answer is null;
create index site_calls_asked_by on site_calls (asked_by);
create index site_calls_age on site_calls (deadline_at_ms);
select karibu_guard('site_calls');

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
  use jsonb not null, -- what was used of it before the move
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, batch_id) references voucher_batches,
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('voucher_leases');

-- What sites said in their journals that they let go of. A release whose lease never arrived anywhere (the hub died in
-- between) is found here by the next claim.
create table voucher_releases (
  provider_id text not null,
  batch_id text not null,
  serial bigint not null,
  site_id text not null,
  released_at_ms bigint not null, -- ours
  use jsonb not null,
  primary key (provider_id, batch_id, serial, site_id)
);
select karibu_guard('voucher_releases');

-- The bridge allowance, given without the lease: what the report of double use counts.
alter table grant_starts add column bridge boolean not null default false;
create index voucher_redemptions_double on voucher_redemptions (provider_id, grant_id, site_id);

-- The hub's own end of the tunnel. One row; only the platform's role reads it.
create table wireguard_hub (
  only_row boolean primary key default true check (only_row),
  public_key text not null,
  private_sealed bytea not null, -- 32 bytes, in the envelope of the master key
  made_at_ms bigint not null
);
grant select, insert, update on wireguard_hub to karibu_platform;

-- One peer per site. Its address is dealt out before its key is known, because the router's script needs it. The router's
-- private key never leaves the router: only its public key is here.
create table wireguard_peers (
  provider_id text not null,
  site_id text not null,
  address text not null, -- inside the tunnel, one per site
  public_key text, -- base64, 32 bytes; null: the router has not told it yet
  -- While a rotation is under way the old key still stands; the first hand-shake with this one ends it.
  next_public_key text,
  made_at_ms bigint not null,
  rotated_at_ms bigint,
  last_handshake_at_ms bigint,
  received_bytes bigint not null default 0, -- by the hub, over all lives of the interface
  sent_bytes bigint not null default 0,
  -- The interface's own counters when last read: they begin again with each of its lives.
  counted_received_bytes bigint not null default 0,
  counted_sent_bytes bigint not null default 0,
  endpoint text,
  measured_at_ms bigint,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create unique index wireguard_peers_address on wireguard_peers (address);
create unique index wireguard_peers_key on wireguard_peers (public_key);
create unique index wireguard_peers_next_key on wireguard_peers (next_public_key);
select karibu_guard('wireguard_peers');
