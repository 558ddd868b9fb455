-- Tables of ground/secrets. No tenant's: only the roles that are granted something here see their rows.

-- One row: the secret that the keys come of. It never changes, whatever becomes of the master key that seals it: with another one, every
-- customer would be a stranger. No tenant: only the platform's role reads it.
create table party_secret (
  only_row boolean primary key default true check (only_row),
  secret_sealed bytea not null,
  made_at_ms bigint not null
);
grant select, insert, update on party_secret to karibu_platform;
