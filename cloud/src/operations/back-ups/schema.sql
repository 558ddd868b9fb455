-- Tables of operations/back-ups. No tenant's: only the roles that are granted something here see their rows.

-- Back-ups taken by this hub or by `karibu backup`: so that somebody notices when there are none.
create table backups_taken (
  backup_id text primary key,
  at_ms bigint not null,
  row_count bigint not null,
  taken_by text not null check (taken_by in ('hub', 'command-line'))
);
grant select, insert, update, delete on backups_taken to karibu_platform;

-- Back-ups that the hub takes by itself: each try is a row, and says where it is and what became of it.
create table backup_runs (
  backup_id text primary key,
  asked_at_ms bigint not null,
  asked_by text, -- a platform admin's user id; null: the schedule
  state text not null check (state in ('waiting', 'writing', 'storing', 'stored', 'proving', 'proved', 'damaged', 'missing', 'failed')),
  -- The process that works on it says so every few seconds: a row that works and is silent belongs to a process that ended.
  beat_at_ms bigint not null,
  done_bytes bigint not null default 0,
  total_bytes bigint,
  name text unique, -- in the store; written down before anything is stored
  place text,
  at_ms bigint, -- the instant that it holds
  bytes bigint,
  row_count bigint,
  content_sha256 text,
  stored_at_ms bigint,
  proof_tried_at_ms bigint,
  proved_at_ms bigint,
  problem text, -- the code of a fault
  problem_text text,
  removed_at_ms bigint,
  -- What it holds: rows of each table. Null: it is not proved yet, or an earlier release wrote it.
  row_counts jsonb -- type Record<string, number>
);
create index backup_runs_asked on backup_runs (asked_at_ms, backup_id);
grant select, insert, update, delete on backup_runs to karibu_platform;

-- Restores that platform admins ordered at the page: the hub restarts and does what is ordered before it serves anybody. No back-up holds this table
-- and no restore changes it but for the order's own row, so who orders again and again is counted.
create table restore_orders (
  order_id text primary key,
  backup_name text not null, -- in the store
  backup_at_ms bigint not null, -- the instant that it holds
  content_sha256 text not null,
  ordered_by text not null, -- a platform admin's user id
  ordered_at_ms bigint not null,
  state text not null check (state in ('ordered', 'restoring', 'done', 'failed')),
  ended_at_ms bigint,
  saved_as text, -- the back-up of what was before, in the store
  problem text, -- the code of a fault
  problem_text text,
  seq bigint generated always as identity -- which was ordered last: a clock that was ahead dates one after all that follow
);
create index restore_orders_ordered on restore_orders (ordered_at_ms, order_id);
create unique index restore_orders_open on restore_orders ((true)) where state in ('ordered', 'restoring');
grant select, insert, update on restore_orders to karibu_platform;

-- Something that was revoked (a person, a token, a router's key, an address) and must not come back. It leaves for the back-up store within
-- seconds, and a restore repeats it.
create table revocations_noted (
  seq bigint generated always as identity primary key,
  target text not null, -- the table
  row_key jsonb not null, -- type Record<string, string>, computed
  now_is jsonb not null, -- type Record<string, unknown>, computed; the columns that say who may do what, as they are since
  removed boolean not null default false, -- computed; The row went away; `now_is` says what it was.
  -- Since when a revocation waits for the back-up store: health and metrics tell when it waits too long.
  noted_at_ms bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint -- computed
);
grant select, delete on revocations_noted to karibu_platform;

-- The pieces that were sent. One process sends at a time: it holds a lease.
create table revocation_stream (
  only_row boolean primary key default true check (only_row),
  last_piece bigint not null default 0,
  lease text,
  leased_until_ms bigint not null default 0
);
grant select, update on revocation_stream to karibu_platform;

create function karibu_note_revocation() returns trigger language plpgsql security definer set search_path = public, pg_temp as $note$
declare
  is_removed boolean := tg_op = 'DELETE';
  noted jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  insert into revocations_noted (target, row_key, now_is, removed)
  select tg_table_name,
    (select jsonb_object_agg(key, value) from jsonb_each(noted) where key = any (string_to_array(tg_argv[0], ','))),
    (select jsonb_object_agg(key, value) from jsonb_each(noted) where key = any (string_to_array(tg_argv[1], ','))),
    is_removed;
  return null;
end
$note$;
create trigger revocation_noted after update on api_tokens for each row
  when (old.revoked_at_ms is distinct from new.revoked_at_ms or old.token_hash is distinct from new.token_hash)
  execute function karibu_note_revocation('provider_id,token_id', 'revoked_at_ms,token_hash');
create trigger revocation_noted after update on roles for each row
  when (old.permissions is distinct from new.permissions)
  execute function karibu_note_revocation('provider_id,role_id', 'permissions');
create trigger revocation_noted after update on agents for each row
  when (old.revoked_at_ms is distinct from new.revoked_at_ms or old.public_key is distinct from new.public_key)
  execute function karibu_note_revocation('provider_id,site_id', 'revoked_at_ms,public_key');
create trigger revocation_noted after update on hosts for each row
  when (old.revoked_at_ms is distinct from new.revoked_at_ms or old.public_key is distinct from new.public_key)
  execute function karibu_note_revocation('host_id', 'revoked_at_ms,public_key');
create trigger revocation_noted after update on users for each row
  when (old.active is distinct from new.active or old.role is distinct from new.role or old.password_hash is distinct from new.password_hash
    or old.totp_sealed is distinct from new.totp_sealed or old.totp_confirmed is distinct from new.totp_confirmed
    or old.recovery_hashes is distinct from new.recovery_hashes)
  execute function karibu_note_revocation('provider_id,user_id', 'active,role,password_hash,totp_sealed,totp_confirmed,recovery_hashes');
create trigger revocation_noted after update on providers for each row
  when (old.state is distinct from new.state)
  execute function karibu_note_revocation('provider_id', 'state,suspended_at_ms,sells_until_ms,deleted_at_ms,purge_at_ms');
-- A demand is a row of its own. A restore inserts those of the back-up: they are noted already, or older than it.
create trigger revocation_noted after insert or update on second_factor_roles for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,role', 'since_ms');
-- A seller who was shut out, whose PIN was changed, or who left a site, sells no more after a restore either.
create trigger revocation_noted after update on sellers for each row
  when (old.active is distinct from new.active or old.pin_sealed is distinct from new.pin_sealed)
  execute function karibu_note_revocation('provider_id,seller_id', 'active,pin_sealed');
create trigger revocation_noted after update on seller_sites for each row
  when (old.active is distinct from new.active)
  execute function karibu_note_revocation('provider_id,seller_id,site_id', 'active');
-- A customer's line that was switched off, or got another password.
create trigger revocation_noted after update on accounts for each row
  when (old.active is distinct from new.active or old.nt_hash_sealed is distinct from new.nt_hash_sealed
    or old.password_sealed is distinct from new.password_sealed)
  execute function karibu_note_revocation('provider_id,account_id', 'active,nt_hash_sealed,password_sealed');
-- In a restore, rows come and go that are of the back-up: they are noted already, or older than it.
create trigger revocation_noted after update on wireguard_peers for each row
  when (old.public_key is distinct from new.public_key or old.next_public_key is distinct from new.next_public_key)
  execute function karibu_note_revocation('provider_id,site_id', 'public_key,next_public_key');
create trigger removal_noted after delete on wireguard_peers for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,site_id', 'public_key');
-- With its keys: the addresses that the hub gives out are made of them.
create trigger revocation_noted after update on channels for each row
  when (old.hook_token_hash is distinct from new.hook_token_hash or old.notice_token_hash is distinct from new.notice_token_hash)
  execute function karibu_note_revocation('provider_id,channel_id', 'hook_token_hash,notice_token_hash,keys_sealed');
-- A replaced address is good for a while: payments still come there.
create trigger revocation_noted after insert or update on hook_tokens for each row
  when (new.replaced_at_ms is not null and coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,channel_id,use,token_hash', 'made_at_ms,replaced_at_ms');
create trigger removal_noted after delete on hook_tokens for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,channel_id,use,token_hash', 'made_at_ms');
create trigger revocation_noted after insert on message_addresses for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,channel_id,token_hash', 'token_sealed,made_at_ms,replaced_at_ms');
create trigger replacement_noted after update on message_addresses for each row
  when (old.replaced_at_ms is distinct from new.replaced_at_ms)
  execute function karibu_note_revocation('provider_id,channel_id,token_hash', 'token_sealed,made_at_ms,replaced_at_ms');
create trigger removal_noted after delete on message_addresses for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,channel_id,token_hash', 'made_at_ms');
create trigger revocation_noted after insert on person_erasures for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,erasure_id', 'customer_id,party,grants,devices,pseudonym,asked_by,at_ms,counts');
