-- More that a restore must not undo: a router that was taken out of the tunnel or has another key, and callback addresses that were ended or
-- replaced. `removed`: the row went away; `now_is` says what it was.
alter table revocations_noted add column removed boolean not null default false;

create or replace function karibu_note_revocation() returns trigger language plpgsql security definer set search_path = public, pg_temp as $note$
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
