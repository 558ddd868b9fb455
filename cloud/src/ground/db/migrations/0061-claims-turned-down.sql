-- A person has turned a claim down, and why. It can be opened again.
alter table payment_claims
  add column turned_down_reason text,
  add column turned_down_by text,
  add column turned_down_at_ms bigint;
create index payment_claims_turned_down on payment_claims (provider_id, turned_down_at_ms desc) where turned_down_at_ms is not null;
