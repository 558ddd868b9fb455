-- A seller who was shut out, whose PIN was changed, or who left a site, sells no more after a restore either: see 0181.
create trigger revocation_noted after update on sellers for each row
  when (old.active is distinct from new.active or old.pin_sealed is distinct from new.pin_sealed)
  execute function karibu_note_revocation('provider_id,seller_id', 'active,pin_sealed');
create trigger revocation_noted after update on seller_sites for each row
  when (old.active is distinct from new.active)
  execute function karibu_note_revocation('provider_id,seller_id,site_id', 'active');
