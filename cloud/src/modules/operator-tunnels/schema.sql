-- Tables of modules/operator-tunnels. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- A person's own end of the tunnel: WinBox to chosen sites of his provider, until it ends.
create table operator_tunnels (
  provider_id text not null references providers,
  tunnel_id text not null,
  user_id text not null,
  login_id text not null, -- it ends with the log-in that opened it
  password_mark text not null, -- and with the password: another one has another mark; and where `logins.cut_at_ms` says so
  name text not null,
  address text not null, -- inside the tunnel; free for others when it has ended
  public_key text not null, -- the private key never leaves the person's machine
  made_at_ms bigint not null,
  expires_at_ms bigint not null,
  ended_at_ms bigint, -- null: until it expires
  last_handshake_at_ms bigint,
  endpoint text,
  primary key (provider_id, tunnel_id)
);
create unique index operator_tunnels_address on operator_tunnels (address) where ended_at_ms is null;
create unique index operator_tunnels_key on operator_tunnels (public_key);
create index operator_tunnels_end on operator_tunnels (expires_at_ms);
select karibu_guard('operator_tunnels');

-- A site that an operator's tunnel leads to.
create table operator_tunnel_sites (
  provider_id text not null,
  tunnel_id text not null,
  site_id text not null,
  primary key (provider_id, tunnel_id, site_id),
  foreign key (provider_id, site_id) references sites,
  foreign key (provider_id, tunnel_id) references operator_tunnels on delete cascade
);
select karibu_guard('operator_tunnel_sites');
