-- Guessing of passwords; when a back-up was taken last; providers at sub-domains of their own.

-- Guessing is slowed without locking anybody out of their own desk: failures are counted per account and
-- address, per address, per account and per known device; who comes from where they logged in before is judged apart.

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

-- Back-ups taken by this hub or by `karibu backup`: so that somebody notices when there are none.
create table backups_taken (
  backup_id text primary key,
  at_ms bigint not null,
  row_count bigint not null,
  taken_by text not null check (taken_by in ('hub', 'command-line'))
);
grant select, insert, update, delete on backups_taken to karibu_platform;

-- `<subdomain>.<the hub's host>`: there only this provider's people are let in.
alter table providers add column subdomain text unique;
