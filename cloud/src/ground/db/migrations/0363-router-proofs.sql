-- What was tried on routers themselves, by version and board; of each site the newest answer of each.
create table router_proofs (
  provider_id text not null,
  site_id text not null,
  version text not null, -- hostile text, as the next ones
  board text not null,
  kind text not null,
  outcome text not null,
  words text,
  tried_at_ms bigint not null,
  primary key (provider_id, site_id, version, board, kind),
  foreign key (provider_id, site_id) references sites
);
create index router_proofs_alike on router_proofs (provider_id, version, board, kind, outcome);
select karibu_guard('router_proofs');
