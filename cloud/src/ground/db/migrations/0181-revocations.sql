-- What was revoked is written down apart from the back-ups' clock: it leaves for the back-up store within seconds, and a restore repeats it.
create table revocations_noted (
  seq bigint generated always as identity primary key,
  target text not null, -- the table
  row_key jsonb not null,
  now_is jsonb not null -- the columns that say who may do what, as they are since
);
grant select, delete on revocations_noted to karibu_platform;

-- The pieces that were sent. One process sends at a time: it holds a lease.
create table revocation_stream (
  only_row boolean primary key default true check (only_row),
  last_piece bigint not null default 0,
  lease text,
  leased_until_ms bigint not null default 0
);
insert into revocation_stream default values;
grant select, update on revocation_stream to karibu_platform;

-- Arguments: the columns of the key, and those that are noted; each with commas between.
create function karibu_note_revocation() returns trigger language plpgsql security definer set search_path = public, pg_temp as $note$
begin
  insert into revocations_noted (target, row_key, now_is)
  select tg_table_name,
    (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(new)) where key = any (string_to_array(tg_argv[0], ','))),
    (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(new)) where key = any (string_to_array(tg_argv[1], ',')));
  return null;
end
$note$;

create trigger revocation_noted after update on api_tokens for each row
  when (old.revoked_at_ms is distinct from new.revoked_at_ms or old.token_hash is distinct from new.token_hash)
  execute function karibu_note_revocation('provider_id,token_id', 'revoked_at_ms,token_hash');
create trigger revocation_noted after update on users for each row
  when (old.active is distinct from new.active or old.role is distinct from new.role or old.password_hash is distinct from new.password_hash)
  execute function karibu_note_revocation('provider_id,user_id', 'active,role,password_hash');
create trigger revocation_noted after update on roles for each row
  when (old.permissions is distinct from new.permissions)
  execute function karibu_note_revocation('provider_id,role_id', 'permissions');
create trigger revocation_noted after update on agents for each row
  when (old.revoked_at_ms is distinct from new.revoked_at_ms or old.public_key is distinct from new.public_key)
  execute function karibu_note_revocation('provider_id,site_id', 'revoked_at_ms,public_key');
create trigger revocation_noted after update on hosts for each row
  when (old.revoked_at_ms is distinct from new.revoked_at_ms or old.public_key is distinct from new.public_key)
  execute function karibu_note_revocation('host_id', 'revoked_at_ms,public_key');
