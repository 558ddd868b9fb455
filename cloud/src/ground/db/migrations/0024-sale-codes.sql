-- The code that opens a bought grant like a voucher, at any device: given to cash sales at once, to others by staff. Null: none.
alter table grants add column code text;
create unique index grants_code on grants (provider_id, code) where code is not null;
