-- Tables of identity/support-access. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- A platform admin who acts as a provider: for a while, with a reason, and the provider sees it.
create table impersonations (
  provider_id text not null references providers,
  impersonation_id text not null,
  admin_user_id text not null, -- of the provider 'platform'
  admin_name text not null,
  admin_email text not null,
  reason text not null,
  read_only boolean not null,
  token_hash bytea not null,
  started_at_ms bigint not null,
  expires_at_ms bigint not null,
  ended_at_ms bigint,
  -- Support access lives as long as the log-in in which it was begun, and not beyond a new password of its admin.
  login_id text, -- of the platform's log-ins; null: begun before this column, and over
  primary key (provider_id, impersonation_id)
);
create index impersonations_token on impersonations (provider_id, token_hash);
select karibu_guard('impersonations');
