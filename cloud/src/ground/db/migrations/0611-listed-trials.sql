-- Free trials as a list: who tried, and whether they came back for more.
alter table trial_claims add column phone_masked text; -- null: of before this release, or erased
create index grant_starts_trials on grant_starts (provider_id, started_at_ms desc, grant_id desc, site_id desc) where starts_with(grant_id, 'f.trial.');
create index trial_claims_grant on trial_claims (provider_id, grant_id);

-- Whoever is erased gets another party: the number's rest goes with it, and the device that tried.
create function karibu_blank_trial() returns trigger language plpgsql set search_path = public, pg_temp as $trial$
begin
  new.phone_masked := null;
  update sessions s set mac = null, address = null, username = null
  where s.provider_id = old.provider_id and s.grant_id = old.grant_id and s.site_id = old.site_id;
  return new;
end
$trial$;
create trigger trial_blanked before update of party on trial_claims for each row
  when (new.party is distinct from old.party) execute function karibu_blank_trial();
