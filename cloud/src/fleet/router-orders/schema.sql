-- Tables of fleet/router-orders. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- One named change at many routers, in stages.
create table router_bulks (
  provider_id text not null references providers,
  bulk_id text not null,
  action jsonb not null, -- type StoredAction from "./order-policy.ts", fixed; without its password
  password_sealed bytea,
  site_ids jsonb not null, -- type readonly string[], fixed
  first bigint not null, -- so many sites go first
  pause_on_failure boolean not null,
  expires_in_seconds bigint not null, -- of each order, from the start of its stage
  state text not null check (state in ('running', 'paused', 'stopped', 'done')),
  begun bigint not null default 0, -- so many sites have their order
  failures_seen bigint not null default 0, -- a person has gone on after so many
  made_by text not null,
  made_by_name text not null,
  made_at_ms bigint not null,
  ended_at_ms bigint,
  primary key (provider_id, bulk_id)
);
create index router_bulks_running on router_bulks (provider_id, bulk_id) where state = 'running';
select karibu_guard('router_bulks');

-- What somebody ordered at one router: it waits here, is sent until it is answered, and its outcome stays.
create table router_orders (
  provider_id text not null references providers,
  order_id text not null, -- in the order in which they are sent; the agent does each once
  site_id text not null,
  bulk_id text,
  kind text not null, -- type RouterActionKind from "@karibu/protocol/router/router-actions"
  action jsonb not null, -- type StoredAction from "./order-policy.ts", fixed; without its password
  password_sealed bytea, -- gone once there is an outcome
  ordered_by text not null,
  ordered_by_name text not null,
  state text not null check (state in ('waiting', 'sent', 'done', 'differs', 'refused', 'undone', 'expired', 'unknown', 'cancelled')),
  ordered_at_ms bigint not null,
  expires_at_ms bigint not null,
  sent_at_ms bigint, -- the first time
  times_sent bigint not null default 0,
  answered_at_ms bigint,
  why text, -- the router's own words, or the agent's
  row jsonb, -- type RouterRow from "@karibu/protocol/router/router-views"
  primary key (provider_id, order_id)
);
create index router_orders_of_site on router_orders (provider_id, site_id, order_id);
create index router_orders_open on router_orders (provider_id, site_id, order_id) where state in ('waiting', 'sent');
create index router_orders_of_bulk on router_orders (provider_id, bulk_id, order_id) where bulk_id is not null;
create index router_orders_expiring on router_orders (expires_at_ms) where state in ('waiting', 'sent');
create index router_orders_old on router_orders (ordered_at_ms);
select karibu_guard('router_orders');

-- Of each router that ever got an order: who sends its orders now, when the next may be sent, and how many.
create table router_lanes (
  provider_id text not null references providers,
  site_id text not null,
  held_by text, -- a hub process
  held_until_ms bigint not null default 0,
  next_at_ms bigint, -- null: nothing waits
  budget_milli bigint not null, -- thousandths of an order
  budget_at_ms bigint not null,
  primary key (provider_id, site_id)
);
create index router_lanes_due on router_lanes (next_at_ms) where next_at_ms is not null;
select karibu_guard('router_lanes');
