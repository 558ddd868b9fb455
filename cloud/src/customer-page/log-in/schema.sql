-- Tables of customer-page/log-in. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- A log-in at the customers' own page. It is one customer's, and has nothing to do with the log-ins of the provider's people.
create table customer_sessions (
  provider_id text not null references providers,
  session_id text not null,
  customer_id text not null,
  token_hash bytea not null, -- fixed
  way text not null check (way in ('code', 'password')),
  proof text not null, -- what was proved: the phone's party, or an account and its password; when that changes, the session ends
  device text not null, -- as the browser named itself
  made_at_ms bigint not null,
  last_used_at_ms bigint not null,
  expires_at_ms bigint not null,
  primary key (provider_id, session_id)
);
create unique index customer_sessions_token on customer_sessions (provider_id, token_hash);
create index customer_sessions_customer on customer_sessions (provider_id, customer_id, made_at_ms desc);
create index customer_sessions_end on customer_sessions (expires_at_ms);
select karibu_guard('customer_sessions');

-- A one-time code that was asked for. A row is written for each number, whether or not somebody has it: a stranger learns nothing.
create table customer_codes (
  provider_id text not null references providers,
  code_id text not null,
  party text not null, -- type Party from "../../ground/amounts/parties.ts"
  code_sealed bytea not null,
  tries integer not null,
  used_at_ms bigint, -- used, or replaced by a newer one
  made_at_ms bigint not null,
  expires_at_ms bigint not null,
  primary key (provider_id, code_id)
);
create index customer_codes_party on customer_codes (provider_id, party, made_at_ms desc);
create index customer_codes_age on customer_codes (made_at_ms);
select karibu_guard('customer_codes');
