-- The frame: the tenant guard, providers, people, sites, plans, vouchers, audit, events.
-- Identifiers are text (UUIDv7 of the world, never made here). Times are milliseconds since 1970 in bigint.

grant usage on schema public to karibu_app, karibu_platform, karibu_intake;

-- Puts a tenant table behind row-level security. Without a provider set, karibu_app sees and writes no row at all.
create function karibu_guard(target regclass) returns void language plpgsql as $guard$
declare
  first_key_column text;
begin
  select a.attname into first_key_column
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = target and i.indisprimary;
  if first_key_column is distinct from 'provider_id' then
    raise exception 'the primary key of % does not begin with provider_id', target;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format($policy$
    create policy own_rows on %s to karibu_app
      using (provider_id = nullif(current_setting('karibu.provider_id', true), ''))
      with check (provider_id = nullif(current_setting('karibu.provider_id', true), ''))
  $policy$, target);
  execute format('create policy all_rows on %s to karibu_platform using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to karibu_app, karibu_platform', target);
end
$guard$;

-- The platform itself is the provider 'platform': its admins' users, tokens and audit entries stand under that name.
create table providers (
  provider_id text primary key,
  name text not null,
  state text not null check (state in ('active', 'suspended', 'deleted')),
  currency text not null,
  locale text not null,
  utc_offset_minutes integer not null,
  support_phone text,
  bridge_seconds bigint not null,
  bridge_data_bytes bigint not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null
);
select karibu_guard('providers');

create table users (
  provider_id text not null references providers,
  user_id text not null,
  email text not null, -- trimmed, lower case
  name text not null,
  role text not null,
  password_hash text not null, -- argon2id, PHC string
  active boolean not null,
  failed_logins integer not null default 0,
  locked_until_ms bigint,
  last_login_at_ms bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, user_id)
);
create unique index users_email on users (email);
select karibu_guard('users');

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
  primary key (provider_id, login_id),
  foreign key (provider_id, user_id) references users on delete cascade
);
create index logins_token on logins (provider_id, token_hash);
create index logins_user on logins (provider_id, user_id);
select karibu_guard('logins');

create table sites (
  provider_id text not null references providers,
  site_id text not null,
  name text not null,
  region text,
  district text,
  latitude double precision,
  longitude double precision,
  interim_seconds bigint not null,
  auto_log_in boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  primary key (provider_id, site_id)
);
select karibu_guard('sites');

create table plans (
  provider_id text not null references providers,
  plan_id text not null,
  name text not null,
  price_cents bigint not null,
  currency text not null,
  active boolean not null,
  terms jsonb not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  primary key (provider_id, plan_id)
);
create unique index plans_name on plans (provider_id, name) where deleted_at_ms is null;
select karibu_guard('plans');

-- A batch is one row whatever its size: its codes are computed from its key (envelope-encrypted here).
create table voucher_batches (
  provider_id text not null references providers,
  batch_id text not null,
  plan_id text not null,
  plan_name text not null,
  terms jsonb not null,
  price_cents bigint not null,
  currency text not null,
  home_site_id text,
  key_sealed bytea not null,
  prefix text not null,
  length integer not null,
  alphabet text not null check (alphabet in ('digits', 'letters')),
  quantity integer not null check (quantity >= 1),
  holes jsonb not null,
  expires_at_ms bigint,
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, batch_id),
  foreign key (provider_id, plan_id) references plans,
  foreign key (provider_id, home_site_id) references sites
);
create index voucher_batches_shape on voucher_batches (provider_id, prefix, length, alphabet) where active;
select karibu_guard('voucher_batches');

-- Only vouchers about which there is something to say beyond their batch.
create table voucher_exceptions (
  provider_id text not null,
  batch_id text not null,
  serial integer not null,
  state text not null check (state in ('disabled', 'redeemed-elsewhere', 'transferred')),
  at_ms bigint not null,
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, batch_id) references voucher_batches
);
select karibu_guard('voucher_exceptions');

-- What people did, in order. Append-only: nobody may change or delete.
create table audit (
  provider_id text not null,
  audit_id text not null, -- UUIDv7: sorts by time
  at_ms bigint not null,
  user_id text,
  action text not null, -- method and path of the route, or the name of what the platform did by itself
  target text,
  request_id text,
  detail jsonb not null,
  primary key (provider_id, audit_id)
);
select karibu_guard('audit');
revoke update, delete on audit from karibu_app, karibu_platform;

-- What consoles hear live. Numbered per provider under a lock of the counter's row, so that they commit in order and a
-- reader can't step over a late one.
create table event_counters (
  provider_id text primary key,
  last_seq bigint not null
);
select karibu_guard('event_counters');

create table events (
  provider_id text not null,
  seq bigint not null,
  at_ms bigint not null,
  topic text not null,
  id text not null,
  action text not null,
  primary key (provider_id, seq)
);
create index events_age on events (at_ms);
select karibu_guard('events');
