-- Tables of identity/credentials. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- A log-in: one access token and one refresh token at a time, both kept as SHA-256 only.
create table logins (
  provider_id text not null,
  login_id text not null,
  user_id text not null,
  token_hash bytea not null,
  token_expires_at_ms bigint not null,
  refresh_hash bytea not null,
  -- The one before: seeing it again means that it was copied, and ends the log-in.
  previous_refresh_hash bytea,
  refresh_expires_at_ms bigint not null,
  refreshed_at_ms bigint not null,
  created_at_ms bigint not null,
  -- A browser's log-in is a cookie that all of its tabs share. Each tab gets access tokens of its own by it, so that no tab ends another's.
  -- They end with the log-in.
  in_browser boolean not null default false,
  -- A refresh whose answer got lost makes a second log-in of the same family. Null: it is the first of its own.
  family_id text,
  factor_at_ms bigint, -- When a code last counted in this log-in. Null: none has.
  -- The person ended their other log-ins then (a new password, a second factor): what was begun in this one before is over.
  cut_at_ms bigint,
  -- A log-in by a password door (log-in/password-door.ts): which one, as it said on that day. Null: by Karibu's own password.
  door_at_ms bigint,
  -- "Where you are logged in" says on what, and when it was really used last.
  browser text, -- its kind and its machine's, in words of ours: `Chrome, Android`; null: a program
  used_at_ms bigint, -- to the minute; null: never
  primary key (provider_id, login_id),
  foreign key (provider_id, user_id) references users on delete cascade
);
create index logins_token on logins (provider_id, token_hash);
create index logins_user on logins (provider_id, user_id);
create index logins_refresh on logins (provider_id, refresh_hash);
select karibu_guard('logins');

-- Links sent by mail: good once, for a while. Kept as SHA-256 only.
create table mailed_tokens (
  provider_id text not null references providers,
  token_id text not null,
  kind text not null check (kind in ('password-reset', 'invitation', 'sign-up', 'sign-up-invitation')),
  token_hash bytea not null,
  email text not null,
  user_id text, -- whose password
  detail jsonb not null, -- type Record<string, unknown>; an invitation's name and role; a sign-up's provider and password hash
  created_by text,
  created_at_ms bigint not null,
  expires_at_ms bigint not null,
  used_at_ms bigint,
  primary key (provider_id, token_id)
);
create unique index mailed_tokens_hash on mailed_tokens (token_hash);
create index mailed_tokens_email on mailed_tokens (provider_id, kind, email);
select karibu_guard('mailed_tokens');

-- Of no tenant: an address guesses at accounts of many. Subjects are hashes.
create table login_failures (
  subject text primary key,
  account_hash text, -- SHA-256, hex, of the e-mail address; null: an address, whatever the account
  failures integer not null,
  last_at_ms bigint not null,
  alerted_at_ms bigint -- when the owner was told
);
create index login_failures_account on login_failures (account_hash);
create index login_failures_age on login_failures (last_at_ms);
grant select, insert, update, delete on login_failures to karibu_platform;

-- Where a person logged in from: an address, or a device that shows the cookie it was given then.
create table login_places (
  provider_id text not null,
  user_id text not null,
  kind text not null check (kind in ('address', 'device')),
  place text not null, -- the address (an IPv6 one as its /64), or SHA-256, hex, of the cookie
  last_at_ms bigint not null,
  primary key (provider_id, user_id, kind, place),
  foreign key (provider_id, user_id) references users on delete cascade
);
create index login_places_age on login_places (last_at_ms);
select karibu_guard('login_places');

-- An access token of one tab, got by the cookie that all tabs of a browser share. Kept as SHA-256 only.
create table tab_tokens (
  provider_id text not null,
  token_hash bytea not null,
  login_id text not null,
  expires_at_ms bigint not null,
  primary key (provider_id, token_hash),
  foreign key (provider_id, login_id) references logins on delete cascade
);
create index tab_tokens_login on tab_tokens (provider_id, login_id);
select karibu_guard('tab_tokens');

-- Refresh tokens that were exchanged: one that comes again, however old, was copied, and ends all log-ins of its family.
create table spent_refreshes (
  provider_id text not null,
  refresh_hash bytea not null,
  login_id text not null,
  spent_at_ms bigint not null,
  primary key (provider_id, refresh_hash),
  foreign key (provider_id, login_id) references logins on delete cascade
);
create index spent_refreshes_login on spent_refreshes (provider_id, login_id);
create index spent_refreshes_old on spent_refreshes (spent_at_ms);
select karibu_guard('spent_refreshes');
