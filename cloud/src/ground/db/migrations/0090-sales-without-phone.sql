-- Who buys over the counter for cash need not have a phone: such a purchase has no payer's hash and no mask (its sealed number is empty).
alter table intents alter column phone_hash drop not null;
alter table intents alter column phone_masked drop not null;
-- What one member of staff has sold today.
create index intents_sold_by on intents (provider_id, sold_by, created_at_ms desc) where sold_by is not null;
