-- A device of a site came with a key that nobody knows: its stick is new. It waits until an operator readmits it.
create table readmissions (
  provider_id text not null,
  site_id text not null,
  readmission_id text not null, -- of the key: the same device asks again and again
  public_key text not null,
  token_hash text not null,
  remote_address text not null,
  asked_at_ms bigint not null,
  last_asked_at_ms bigint not null,
  primary key (provider_id, site_id, readmission_id),
  foreign key (provider_id, site_id) references sites
);
select karibu_guard('readmissions');
