-- What a person switched on at a site's router beside the hotspot. No row: nobody ever chose anything, and its scripts leave all that alone.
create table site_router_services (
  provider_id text not null,
  site_id text not null,
  chosen jsonb not null,
  changed_at_ms bigint not null,
  snmp_user text, -- with SNMP, and its secrets with it
  snmp_authentication_sealed bytea,
  snmp_encryption_sealed bytea,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('site_router_services');
