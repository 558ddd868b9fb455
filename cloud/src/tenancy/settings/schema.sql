-- Tables of tenancy/settings. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Which names below the hub's each provider chose, and when: each is a certificate of the hub's own domain, and the authority gives few of
-- these a week, to all providers together (`tenancy/settings/name-budget.ts`).
create table subdomain_names (
  provider_id text not null references providers,
  name text not null,
  chosen_at_ms bigint not null,
  primary key (provider_id, name)
);
create index subdomain_names_newest on subdomain_names (provider_id, chosen_at_ms);
select karibu_guard('subdomain_names');
