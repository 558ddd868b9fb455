-- Tables of modules/domains. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Names of a provider's own (`wifi.example.com`) at which customers find its page. A TXT record proves that the name is the provider's.
create table provider_domains (
  provider_id text not null references providers,
  domain_id text not null,
  host text not null, -- small letters, digits, hyphens, dots
  token text not null, -- stands in the TXT record, where all can read it
  state text not null check (state in ('waiting', 'proved', 'lost', 'shut')),
  proved_at_ms bigint, -- when the proof was last seen
  lost_at_ms bigint, -- since when it is missing
  checked_at_ms bigint,
  created_at_ms bigint not null,
  primary key (provider_id, domain_id)
);
create unique index provider_domains_host on provider_domains (provider_id, host);
-- One name, one provider. Who has proved nothing keeps nobody out.
create unique index provider_domains_held on provider_domains (host) where state in ('proved', 'lost');
select karibu_guard('provider_domains');
