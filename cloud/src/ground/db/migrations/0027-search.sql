-- What the search finds things by. Under row-level security an index serves only plain columns and leakproof operators
-- (=, <, >= of text), so names are stored in lower case once more, and compared octet by octet. A name is found by its beginning
-- and by its last word.
alter table customers
  add column name_key text collate "C" not null generated always as (lower(name)) stored,
  add column last_name_key text collate "C" generated always as (lower(substring(name from '\S+$'))) stored;
create index customers_name_key on customers (provider_id, name_key, customer_id) where deleted_at_ms is null;
create index customers_last_name_key on customers (provider_id, last_name_key, customer_id) where deleted_at_ms is null;

create index receipts_code on receipts (provider_id, (receipt collate "C"));
create index sessions_device on sessions (provider_id, mac, begun_at_ms desc) where mac is not null;
create index sessions_address on sessions (provider_id, address, begun_at_ms desc) where address is not null;
