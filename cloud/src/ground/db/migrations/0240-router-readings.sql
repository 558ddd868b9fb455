-- What a site's router answered last, by view: shown while the site is away, and shared by all who look within half a minute.
create table router_readings (
  provider_id text not null references providers,
  site_id text not null,
  view text not null,
  is_here boolean not null, -- false: the router has no such menu
  rows jsonb not null, -- the first ones, at most 256 KiB
  total bigint not null,
  read_at_ms bigint not null, -- by the site's clock
  kept_at_ms bigint not null, -- by the hub's clock
  is_stale boolean not null default false, -- something was changed at the router since
  problem text, -- why the last question got no answer; null: it got one
  problem_at_ms bigint,
  primary key (provider_id, site_id, view)
);
select karibu_guard('router_readings');

-- Somebody looks at this router until then: the process that holds the site's link asks for its figures each half minute.
create table router_watches (
  provider_id text not null references providers,
  site_id text not null,
  until_ms bigint not null,
  next_at_ms bigint not null,
  primary key (provider_id, site_id)
);
create index router_watches_due on router_watches (next_at_ms);
select karibu_guard('router_watches');
