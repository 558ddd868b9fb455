-- Tables of identity/users. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A person who logs in to the console of one provider. An address belongs to one account alone.
create table users (
  provider_id text not null references providers,
  user_id text not null,
  email text not null, -- trimmed, lower case
  name text not null,
  role text not null, -- A built-in role, or the id of a role that the provider defined.
  password_hash text not null, -- argon2id, PHC string
  active boolean not null,
  failed_logins integer not null default 0,
  locked_until_ms bigint,
  last_login_at_ms bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  totp_sealed bytea, -- the secret of the second factor, in the envelope of the master key
  totp_begun_at_ms bigint, -- one that is not confirmed is good for a quarter of an hour
  totp_confirmed boolean not null default false,
  totp_last_step bigint, -- a code is good once
  recovery_hashes jsonb not null default '[]', -- type string[]; HMAC-SHA-256, hex, under the secret, of codes for a lost phone
  -- A provider adds a person whose address another provider has: the row is there like any other, so that nobody learns of the other one.
  -- The address opens the older account; this row waits behind it (identity/users/add-person.ts).
  address_elsewhere boolean not null default false,
  -- The person showed that they read this address: by the letter of a sign-up or of a new password, which no provider can read. Or the platform
  -- added them. Who has not keeps no owner of the address from one of their own.
  address_proved boolean not null default false,
  primary key (provider_id, user_id)
);
create unique index users_email on users (email) where not address_elsewhere;
-- log-ins look for the address alone
create index users_email_any on users (email);
create unique index users_email_here on users (provider_id, email);
select karibu_guard('users');
-- Triggers of other rooms: `leaves_routers` (fleet/router-log-ins); `revocation_noted` (operations/back-ups).
