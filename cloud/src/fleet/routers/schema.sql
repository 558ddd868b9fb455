-- Tables of fleet/routers. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What a site's router answered last, by view: shown while the site is away, and shared by all who look within half a minute.
create table router_readings (
  provider_id text not null references providers,
  site_id text not null,
  view text not null,
  is_here boolean not null, -- false: the router has no such menu
  rows jsonb not null, -- type readonly RouterRow[] from "@karibu/protocol/router/router-views"; the first ones, at most 256 KiB
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

-- A provider who wants errors and warnings of all routers' logs watched.
create table router_log_watches (
  provider_id text primary key references providers,
  is_on boolean not null,
  topics jsonb not null, -- type readonly string[]; empty: all
  changed_at_ms bigint not null
);
select karibu_guard('router_log_watches');

-- When a watched router's log was read last, and what its agent wants to hear the next time.
create table router_log_sites (
  provider_id text not null references providers,
  site_id text not null,
  next_key text not null default '',
  more bigint not null default 0, -- kinds of lines that did not fit into the last answer
  problem text, -- type ReadingProblem from "./read-router.ts"; why the last question got no answer
  asked_at_ms bigint not null,
  errors_since_ms bigint, -- the first of the errors that go on, or went on last
  primary key (provider_id, site_id)
);
select karibu_guard('router_log_sites');

-- Errors and warnings in a watched router's log: one row for each kind of line, lines that differ in numbers and addresses alone.
create table router_log_lines (
  provider_id text not null references providers,
  site_id text not null,
  line_key text not null,
  severity text not null check (severity in ('error', 'warning')),
  topics text not null,
  message text not null, -- the newest one, with codes masked
  times bigint not null,
  router_time text not null, -- of the newest one, in the router's words
  first_at_ms bigint not null,
  last_at_ms bigint not null,
  primary key (provider_id, site_id, line_key)
);
create index router_log_lines_newest on router_log_lines (provider_id, last_at_ms desc, site_id, line_key);
select karibu_guard('router_log_lines');

-- What routers' figures were, an hour a row, as the sites' journals told them.
create table router_figures (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  from_ms bigint not null, -- of the first sample, by the site's clock
  from_stamped_ms bigint not null, -- what the site wrote
  packed text, -- each sample; null: only the sums below are kept
  samples bigint not null,
  cpu_percent bigint, -- mean
  cpu_percent_max bigint,
  free_memory_mib bigint, -- least
  total_memory_mib bigint,
  free_disk_mib bigint, -- least
  sessions bigint, -- most
  temperature_tenths bigint, -- most
  interfaces jsonb not null, -- type readonly InterfaceHour[] from "./hour-of-figures.ts"
  received_at_ms bigint not null,
  -- A record of the journal comes once: `journal_epochs` sees to that, and no key here.
  primary key (provider_id, site_id, epoch, seq, received_at_ms)
) partition by range (received_at_ms);
create index router_figures_of_site on router_figures (provider_id, site_id, from_ms);
select karibu_guard('router_figures');
select karibu_by_month('router_figures');
-- Triggers of other rooms: `report_noted_change`, `report_noted_new` (reports/roll-ups).

-- What was tried on routers themselves, by version and board; of each site the newest answer of each.
create table router_proofs (
  provider_id text not null,
  site_id text not null,
  version text not null, -- hostile text, as the next ones
  board text not null,
  kind text not null, -- type RouterProofKind from "@karibu/protocol/router/router-proofs"
  outcome text not null, -- type ProofOutcome from "@karibu/protocol/router/router-proofs"
  words text,
  tried_at_ms bigint not null,
  primary key (provider_id, site_id, version, board, kind),
  foreign key (provider_id, site_id) references sites
);
create index router_proofs_alike on router_proofs (provider_id, version, board, kind, outcome);
select karibu_guard('router_proofs');
