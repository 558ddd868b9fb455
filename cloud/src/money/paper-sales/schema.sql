-- Tables of money/paper-sales. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Each voucher whose sale is in the books: once, whoever books it.
create table voucher_sales (
  provider_id text not null references providers,
  batch_id text not null,
  serial integer not null,
  how text not null check (how in ('used', 'handed-out', 'reseller', 'declared', 'refunded')),
  site_id text, -- where it was used first; null: it was booked before that
  -- When it was sold: of what was used, the site's clock, corrected when the site learns the true time.
  sold_at_ms bigint not null, -- read it by `soldAt`
  epoch text,
  seq bigint,
  booked_at_ms bigint not null,
  price_cents bigint not null check (price_cents > 0),
  currency text not null,
  entry_id text not null,
  primary key (provider_id, batch_id, serial)
);
create index voucher_sales_record on voucher_sales (provider_id, site_id, epoch, seq) where epoch is not null;
create index voucher_sales_booked on voucher_sales (provider_id, booked_at_ms) include (sold_at_ms, price_cents, currency);
select karibu_guard('voucher_sales');
