-- Half a phone number finds its customer. The number stays sealed: of its ends, names by a secret that is not in the database are kept, one after
-- another, so that the names of fewer digits are the beginning of those of more (`ground/amounts/phone-parts.ts`). Null: no number, or of before
-- this release; the hub fills it in.
alter table customers
  add column phone_tail_key text collate "C",
  add column phone_head_key text collate "C";
create index customers_phone_tail on customers (provider_id, phone_tail_key, customer_id) where phone_tail_key is not null;
create index customers_phone_head on customers (provider_id, phone_head_key, customer_id) where phone_head_key is not null;
create index customers_without_parts on customers (provider_id, customer_id) where phone_sealed is not null and phone_tail_key is null;

-- Whoever changes a number, or erases its person, and knows nothing of its parts leaves none of them behind.
create function karibu_drop_phone_parts() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if new.phone_sealed is null or (new.phone_hash is distinct from old.phone_hash
    and (new.phone_tail_key, new.phone_head_key) is not distinct from (old.phone_tail_key, old.phone_head_key)) then
    new.phone_tail_key := null;
    new.phone_head_key := null;
  end if;
  return new;
end $$;
create trigger customers_phone_parts before update of phone_sealed, phone_hash on customers
  for each row execute function karibu_drop_phone_parts();

-- Lists show the ends of a payer's number, and find payments by no more than that.
create index intents_mask on intents (provider_id, phone_masked, created_at_ms desc) where phone_masked is not null;
create index cash_sales_mask on cash_sales (provider_id, phone_masked, sold_at_ms desc) where phone_masked is not null;
