-- outside a transaction
-- Messages of which nobody knows whether they were sent wait for a person.
drop index concurrently if exists messages_unknown;
create index concurrently messages_unknown on messages (provider_id, changed_at_ms) where state = 'unknown';
