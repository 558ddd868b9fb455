-- outside a transaction
-- All messages of a customer: by name, and by the number.
drop index concurrently if exists messages_customer;
create index concurrently messages_customer on messages (provider_id, customer_id, created_at_ms desc) where customer_id is not null;
drop index concurrently if exists messages_to;
create index concurrently messages_to on messages (provider_id, to_hash, created_at_ms desc);
