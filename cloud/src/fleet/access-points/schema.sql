-- Tables of fleet/access-points. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Access points of other makers: the site's router pings them, and its agent says what it found.
create table site_access_points (
  provider_id text not null,
  site_id text not null,
  address text not null,
  name text not null,
  made_at_ms bigint not null,
  state text, -- type "up" | "down"; null: not pinged yet
  loss_percent integer,
  round_trip_us bigint,
  since_ms bigint, -- so since then
  told_at_ms bigint,
  primary key (provider_id, site_id, address),
  foreign key (provider_id, site_id) references sites
);
create index site_access_points_down on site_access_points (provider_id) where state = 'down';
select karibu_guard('site_access_points');

-- One row for each change of its state.
create table access_point_changes (
  provider_id text not null,
  site_id text not null,
  address text not null,
  at_ms bigint not null,
  state text not null, -- type "up" | "down"
  loss_percent integer not null,
  round_trip_us bigint,
  epoch text not null,
  seq bigint not null,
  received_at_ms bigint not null,
  primary key (provider_id, site_id, address, epoch, seq)
);
create index access_point_changes_old on access_point_changes (received_at_ms);
select karibu_guard('access_point_changes');
