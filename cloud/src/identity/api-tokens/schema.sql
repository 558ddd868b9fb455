-- Tables of identity/api-tokens. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- For programs. May what its scopes say, and never more than the person who made it may at that moment.
create table api_tokens (
  provider_id text not null,
  token_id text not null,
  user_id text not null,
  name text not null,
  token_hash bytea not null,
  -- The secret that the program renewed by itself, until the new one is used: the answer with that may have got lost.
  former_hash bytea,
  renewed_at_ms bigint,
  scopes jsonb not null, -- type string[]
  expires_at_ms bigint not null,
  last_used_at_ms bigint,
  revoked_at_ms bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, token_id),
  foreign key (provider_id, user_id) references users on delete cascade
);
create index api_tokens_hash on api_tokens (provider_id, token_hash);
select karibu_guard('api_tokens');
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).
