-- Tables of fleet/router-access. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- How the hosting process reaches a site's router through the tunnel: its API's port, a user, and his password. Other sites have no use for
-- it.
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

-- The last test of the way to a hosted site's router: taken by the hosting process, which reports each step.
create table router_tests (
  provider_id text not null,
  site_id text not null,
  test_id text not null,
  host_id text, -- null: the site's own agent dials, with what it has
  port integer,
  user_name text,
  password_sealed bytea, -- gone once the host has it
  asked_at_ms bigint not null,
  expires_at_ms bigint not null,
  taken_at_ms bigint,
  ended_at_ms bigint,
  steps jsonb not null, -- type readonly ToldTestStep[] from "@karibu/protocol/router/router-test"
  router jsonb, -- type TestedRouter from "@karibu/protocol/router/router-test"; hostile text
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create index router_tests_waiting on router_tests (host_id, asked_at_ms) where taken_at_ms is null;
create unique index router_tests_id on router_tests (test_id);
select karibu_guard('router_tests');
