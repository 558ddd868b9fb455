-- A back-up that goes back onto its router. One at a time for each site.
create table router_restores (
  provider_id text not null,
  restore_id text not null,
  site_id text not null,
  back_up_id text not null,
  before_id text not null, -- the back-up of what was there before
  state text not null, -- saving, sent, restarting, back, failed, silent
  ordered_by text not null,
  ordered_by_name text not null,
  ordered_at_ms bigint not null,
  held_by text,
  held_until_ms bigint not null default 0,
  next_at_ms bigint not null,
  ticket_hash text, -- the router fetches the file with it, once
  ticket_until_ms bigint,
  fetched_at_ms bigint,
  sent_at_ms bigint,
  ended_at_ms bigint,
  why text,
  primary key (provider_id, restore_id),
  foreign key (provider_id, site_id) references sites
);
create index router_restores_site on router_restores (provider_id, site_id, restore_id);
create unique index router_restores_one on router_restores (provider_id, site_id) where state in ('saving', 'sent', 'restarting');
create unique index router_restores_ticket on router_restores (ticket_hash) where ticket_hash is not null;
create index router_restores_open on router_restores (next_at_ms) where state in ('saving', 'sent', 'restarting');
select karibu_guard('router_restores');
