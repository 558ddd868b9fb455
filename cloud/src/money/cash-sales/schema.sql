-- Tables of money/cash-sales. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A sale for cash at a site, as its journal told it. A seller may be one of the site file, whom the hub does not know.
create table cash_sales (
  provider_id text not null,
  site_id text not null,
  sale_id text not null,
  seller_id text not null,
  plan_id text,
  plan_name text not null,
  price_cents bigint not null,
  commission_cents bigint not null,
  currency text not null,
  grant_id text not null,
  code_end text not null, -- the last four characters: enough to know a slip by
  sold_at_ms bigint not null, -- the site's clock, corrected when the site learns the true time
  epoch text not null,
  seq bigint not null,
  received_at_ms bigint not null,
  entry_id text, -- null: nothing was paid
  -- A sale for cash at a site has a page of its own: found by its code and by the customer's number.
  code text,
  terms jsonb, -- type Terms from "@karibu/protocol/plan", fixed; what was sold
  phone_sealed bytea,
  phone_hash text, -- type Party from "../../ground/amounts/parties.ts"
  phone_masked text,
  disabled_at_ms bigint, -- the site was told that the sale is worth nothing any more
  promotion_id text, -- fixed
  discount_cents bigint not null default 0, -- fixed
  primary key (provider_id, site_id, sale_id)
);
create index cash_sales_newest on cash_sales (provider_id, sold_at_ms desc, sale_id);
create index cash_sales_seller on cash_sales (provider_id, seller_id, site_id);
create index cash_sales_grant on cash_sales (provider_id, grant_id);
create index cash_sales_code on cash_sales (provider_id, code) where code is not null;
create index cash_sales_phone on cash_sales (provider_id, phone_hash, sold_at_ms desc) where phone_hash is not null;
create index cash_sales_entry on cash_sales (provider_id, entry_id) where entry_id is not null;
create index cash_sales_mask on cash_sales (provider_id, phone_masked, sold_at_ms desc) where phone_masked is not null;
select karibu_guard('cash_sales');
