-- Tables of money/payment-links. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Links that customers pay by: who has one sees one due amount. The token itself is told once and kept by its SHA-256 alone.
create table payment_links (
  provider_id text not null references providers,
  link_id text not null,
  token_hash text not null, -- SHA-256 of the token, hex.
  customer_id text, -- null: an invoice to somebody who is no customer
  subscription_id text, -- Of these two, one.
  invoice_id text,
  amount_cents bigint check (amount_cents > 0), -- null: what is due when it is opened
  expires_at_ms bigint not null,
  revoked_at_ms bigint,
  created_at_ms bigint not null,
  primary key (provider_id, link_id),
  check (num_nonnulls(subscription_id, invoice_id) = 1)
);
create unique index payment_links_token on payment_links (token_hash);
create index payment_links_subscription on payment_links (provider_id, subscription_id) where subscription_id is not null;
create index payment_links_invoice on payment_links (provider_id, invoice_id) where invoice_id is not null;
create index payment_links_customer on payment_links (provider_id, customer_id) where customer_id is not null;
select karibu_guard('payment_links');
