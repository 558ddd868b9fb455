-- One payment that gives several codes: the grants behind the further ones name it here. Its first grant names it in `intent_id`.
alter table grants add column bundle_intent_id text;
create index grants_bundle on grants (provider_id, bundle_intent_id) where bundle_intent_id is not null;
