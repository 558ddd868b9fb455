-- People and tenancy in full: custom roles, API tokens, second factor, invitations, sign-up, mail, impersonation,
-- deletion with grace; the frame's store of idempotent answers; customers, plan groups; the upkeep's diary.

-- A suspended provider's people may only read; its sites go on selling until `sells_until_ms`. A deleted one is shut at
-- once, can be brought back until `purge_at_ms`, and is gone after that.
alter table providers
  add column suspended_at_ms bigint,
  add column sells_until_ms bigint,
  add column deleted_at_ms bigint,
  add column purge_at_ms bigint;

alter table users
  add column totp_sealed bytea, -- the secret of the second factor, in the envelope of the master key
  add column totp_confirmed boolean not null default false,
  add column totp_last_step bigint, -- a code is good once
  add column recovery_hashes jsonb not null default '[]'; -- SHA-256, hex, of codes for a lost phone

-- Roles that a provider made beside the built-in ones. `users.role` names either.
create table roles (
  provider_id text not null references providers,
  role_id text not null,
  name text not null,
  permissions jsonb not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, role_id)
);
create unique index roles_name on roles (provider_id, lower(name));
select karibu_guard('roles');

-- For programs. May what its scopes say, and never more than the person who made it may at that moment.
create table api_tokens (
  provider_id text not null,
  token_id text not null,
  user_id text not null,
  name text not null,
  token_hash bytea not null,
  scopes jsonb not null,
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
  primary key (provider_id, impersonation_id)
);
create index impersonations_token on impersonations (provider_id, token_hash);
select karibu_guard('impersonations');

-- Links sent by mail: good once, for a while. Kept as SHA-256 only.
create table mailed_tokens (
  provider_id text not null references providers,
  token_id text not null,
  kind text not null check (kind in ('password-reset', 'invitation', 'sign-up')),
  token_hash bytea not null,
  email text not null,
  user_id text, -- whose password
  detail jsonb not null, -- an invitation's name and role; a sign-up's provider and password hash
  created_by text,
  created_at_ms bigint not null,
  expires_at_ms bigint not null,
  used_at_ms bigint,
  primary key (provider_id, token_id)
);
create unique index mailed_tokens_hash on mailed_tokens (token_hash);
create index mailed_tokens_email on mailed_tokens (provider_id, kind, email);
select karibu_guard('mailed_tokens');

-- Mail waits here for a sender: written in the transaction of its cause, sealed because it carries links that open doors.
create table mail_outbox (
  provider_id text not null references providers,
  mail_id text not null,
  to_address text not null,
  subject text not null,
  body_sealed bytea not null,
  state text not null check (state in ('waiting', 'sent', 'failed')),
  tries integer not null default 0,
  last_error text,
  created_at_ms bigint not null,
  sent_at_ms bigint,
  primary key (provider_id, mail_id)
);
create index mail_outbox_waiting on mail_outbox (created_at_ms) where state = 'waiting';
select karibu_guard('mail_outbox');

-- How an entry came about when not by a log-in: `token <id>`, `impersonation <id>`.
alter table audit add column via text;
create index audit_user on audit (provider_id, user_id, audit_id desc);

-- What a POST that moves money answered, so that its repetition gets the same answer.
create table idempotent_answers (
  provider_id text not null,
  route text not null, -- method and path as asked
  idempotency_key text not null,
  request_hash text not null, -- SHA-256, hex, of the body
  status integer, -- null: under way
  answer_sealed bytea,
  begun_at_ms bigint not null,
  primary key (provider_id, route, idempotency_key)
);
create index idempotent_answers_age on idempotent_answers (begun_at_ms);
select karibu_guard('idempotent_answers');

-- A customer. The number rests sealed; its hash finds it, and joins purchases and grants.
create table customers (
  provider_id text not null references providers,
  customer_id text not null,
  name text not null,
  phone_sealed bytea,
  phone_hash text, -- SHA-256 of the 12 digits, hex
  phone_masked text,
  email text,
  site_id text,
  note text,
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  primary key (provider_id, customer_id),
  foreign key (provider_id, site_id) references sites
);
create unique index customers_phone on customers (provider_id, phone_hash) where deleted_at_ms is null;
create index customers_name on customers (provider_id, lower(name), customer_id);
select karibu_guard('customers');

create table plan_groups (
  provider_id text not null references providers,
  group_id text not null,
  name text not null,
  position integer not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  primary key (provider_id, group_id)
);
create unique index plan_groups_name on plan_groups (provider_id, lower(name)) where deleted_at_ms is null;
select karibu_guard('plan_groups');

-- Archived: no longer sold nor shown among the plans on sale, and can come back.
alter table plans
  add column group_id text,
  add column archived_at_ms bigint,
  add foreign key (provider_id, group_id) references plan_groups;

-- Where a site's router stands and how it is reached, for people: nothing here connects by it.
alter table sites
  add column address text,
  add column note text;
create index sites_name on sites (provider_id, lower(name), site_id);

-- A batch is made in the background when finding its holes takes long.
alter table voucher_batches
  add column state text not null default 'ready' check (state in ('making', 'ready', 'failed')),
  add column progress_percent integer not null default 100;
create index voucher_batches_newest on voucher_batches (provider_id, created_at_ms desc, batch_id desc);

-- When each job of the upkeep ran last, and what it did.
create table upkeep_runs (
  name text primary key,
  every_ms bigint not null,
  started_at_ms bigint not null,
  finished_at_ms bigint,
  outcome text,
  failed boolean not null default false
);
grant select, insert, update, delete on upkeep_runs to karibu_platform;

-- Deletes every row of a provider that was deleted and whose grace is over. The application's roles may not delete from
-- the audit log and the ledger; this function may, and looks for itself whether the time has come.
create function karibu_purge_provider(target text, now_ms bigint) returns bigint language plpgsql security definer
set search_path = public as $purge$
declare
  name text;
  waiting text[];
  later text[];
  gone bigint := 0;
  count bigint;
begin
  if not exists (
    select from providers where provider_id = target and state = 'deleted' and purge_at_ms <= now_ms
  ) then
    raise exception 'provider % is not due to be purged', target;
  end if;
  select array_agg(c.relname order by c.relname = 'providers', c.relname) into waiting
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'provider_id'
  where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition;
  while array_length(waiting, 1) > 0 loop
    later := '{}';
    foreach name in array waiting loop
      begin
        execute format('delete from %I where provider_id = $1', name) using target;
        get diagnostics count = row_count;
        gone := gone + count;
      exception when foreign_key_violation then
        later := later || name;
      end;
    end loop;
    if array_length(later, 1) = array_length(waiting, 1) then
      raise exception 'provider % can not be purged: % refer to each other', target, later;
    end if;
    waiting := later;
  end loop;
  return gone;
end
$purge$;
revoke execute on function karibu_purge_provider from public;
grant execute on function karibu_purge_provider to karibu_platform;
