-- Tables of tenancy/pictures. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Pictures that a provider shows its customers (a logo): always made anew by the hub, small, never the file that was sent.
create table pictures (
  provider_id text not null references providers,
  picture_id text not null,
  name text not null,
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  bytes bytea not null check (octet_length(bytes) <= 40960),
  width integer not null,
  height integer not null,
  made_at_ms bigint not null,
  -- Sites fetch a picture by what it is.
  -- Of the bytes, hex.
  sha256 text not null generated always as (encode(sha256(bytes), 'hex')) stored,
  primary key (provider_id, picture_id)
);
create index pictures_sha256 on pictures (provider_id, sha256);
select karibu_guard('pictures');
