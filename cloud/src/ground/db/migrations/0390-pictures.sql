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
  primary key (provider_id, picture_id)
);
select karibu_guard('pictures');
