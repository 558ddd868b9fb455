-- Tables of fleet/tunnel. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- The hub's own end of the tunnel. One row; only the platform's role reads it.
create table wireguard_hub (
  only_row boolean primary key default true check (only_row),
  public_key text not null,
  private_sealed bytea not null, -- 32 bytes, in the envelope of the master key
  made_at_ms bigint not null
);
grant select, insert, update on wireguard_hub to karibu_platform;

-- One peer per site. Its address is dealt out before its key is known, because the router's script needs it. The router's private key never
-- leaves the router: only its public key is here.
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
  -- Which machine's interface the counters were read from: another machine's have nothing to do with them.
  counted_by text, -- null: nobody's yet
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create unique index wireguard_peers_address on wireguard_peers (address);
create unique index wireguard_peers_key on wireguard_peers (public_key);
create unique index wireguard_peers_next_key on wireguard_peers (next_public_key);
select karibu_guard('wireguard_peers');
-- Triggers of other rooms: `removal_noted`, `revocation_noted` (operations/back-ups).
