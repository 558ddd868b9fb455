-- More that a restore must not undo: a second factor that was replaced or reset, a role's demand for one, a provider that was suspended or deleted.
drop trigger revocation_noted on users;
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
