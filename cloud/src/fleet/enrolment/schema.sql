-- Tables of fleet/enrolment. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- One row. The generation changes with each restore of this database; sites then take a snapshot and send again. No tenant: only the
-- platform's role reads it.
create table hub_identity (
  only_row boolean primary key default true check (only_row),
  generation text not null,
  public_key text not null,
  seed_sealed bytea not null, -- the private key's 32 bytes, in the envelope of the master key
  made_at_ms bigint not null
);
grant select, insert, update on hub_identity to karibu_platform;

-- Single use, short-lived. The token itself is shown once and never kept.
create table enrolment_tokens (
  provider_id text not null,
  token_hash text not null, -- SHA-256, hex
  site_id text not null,
  expires_at_ms bigint not null,
  used_at_ms bigint,
  used_by_key text, -- an answer that got lost is repeated to the same device
  primary key (provider_id, token_hash),
  foreign key (provider_id, site_id) references sites
);
create unique index enrolment_tokens_hash on enrolment_tokens (token_hash);
select karibu_guard('enrolment_tokens');

-- The one device that may speak for a site.
create table agents (
  provider_id text not null,
  site_id text not null,
  public_key text not null, -- Ed25519, 32 bytes, base64
  enrolled_at_ms bigint not null,
  revoked_at_ms bigint,
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites
);
create unique index agents_site on agents (site_id);
select karibu_guard('agents');
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).

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
