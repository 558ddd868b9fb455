-- A sale for cash at a site has a page of its own: found by its code and by the customer's number, disabled, given back.
alter table cash_sales
  add column code text, -- null: its record was gone when this column came
  add column terms jsonb, -- what was sold
  add column phone_sealed bytea,
  add column phone_hash text,
  add column phone_masked text,
  add column disabled_at_ms bigint; -- the site was told that the sale is worth nothing any more
create index cash_sales_code on cash_sales (provider_id, code) where code is not null;
create index cash_sales_phone on cash_sales (provider_id, phone_hash, sold_at_ms desc) where phone_hash is not null;

-- A sale at a site that was given back, `<site>.<sale>`, instead of a payment or a voucher.
alter table refunds add column cash_sale_id text;
create index refunds_cash_sale on refunds (provider_id, cash_sale_id) where cash_sale_id is not null;

-- How many sales a seller may make at a site in a day.
alter table providers add column seller_sales_per_day integer not null default 200 check (seller_sales_per_day > 0);

-- The tables are guarded also against their owner: data is changed as the role that sees all providers.
set local role karibu_platform;
update cash_sales c set code = j.raw->>'code', terms = j.raw->'grant'->'terms'
from journal_records j
where j.provider_id = c.provider_id and j.site_id = c.site_id and j.epoch = c.epoch and j.seq = c.seq and j.kind = 'cash-sale';
reset role;
