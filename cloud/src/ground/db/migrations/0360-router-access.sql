-- How the hosting process reaches a site's router through the tunnel: its API's port, a user, and his password. Other sites have no use for it.
create table router_access (
  provider_id text not null,
  site_id text not null,
  port integer not null,
  user_name text not null,
  password_sealed bytea not null,
  changed_at_ms bigint not null,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('router_access');
