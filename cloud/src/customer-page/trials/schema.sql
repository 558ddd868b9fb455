-- Tables of customer-page/trials. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- A code that proves a phone number before its trial. A row is written for each number that is asked for.
create table trial_codes (
  provider_id text not null references providers,
  code_id text not null,
  party text not null, -- type Party from "../../ground/amounts/parties.ts"
  code_sealed bytea not null,
  tries integer not null,
  used_at_ms bigint, -- used, or replaced by a newer one
  made_at_ms bigint not null,
  expires_at_ms bigint not null,
  primary key (provider_id, code_id)
);
create index trial_codes_party on trial_codes (provider_id, party, made_at_ms desc);
create index trial_codes_age on trial_codes (made_at_ms);
select karibu_guard('trial_codes');

-- A number that had its trial: once, at one site.
create table trial_claims (
  provider_id text not null references providers,
  party text not null, -- type Party from "../../ground/amounts/parties.ts"
  plan_id text not null,
  site_id text not null,
  grant_id text not null, -- as the site names it
  claimed_at_ms bigint not null,
  phone_masked text, -- Null: of before, or erased.
  primary key (provider_id, party)
);
create index trial_claims_grant on trial_claims (provider_id, grant_id);
select karibu_guard('trial_claims');

-- Whoever is erased gets another party: the number's rest goes with it.
create function karibu_blank_trial() returns trigger language plpgsql set search_path = public, pg_temp as $trial$
begin
  new.phone_masked := null;
  return new;
end
$trial$;
create trigger trial_blanked before update of party on trial_claims for each row
  when (new.party is distinct from old.party) execute function karibu_blank_trial();
