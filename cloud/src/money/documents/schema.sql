-- Tables of money/documents. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Numbers without gaps: the row is locked in the transaction that issues a document, so a number is given with it or not at all.
-- The kind `fiscal` is what an authority counts by, over all kinds and years.
create table document_counters (
  provider_id text not null references providers,
  kind text not null, -- type DocumentKind | "fiscal" from "./document-facts.ts"
  fiscal_year integer not null, -- the year in which it begins
  next_number bigint not null,
  primary key (provider_id, kind, fiscal_year)
);
select karibu_guard('document_counters');

-- What was issued with a number. Never changed: a mistake is taken back by a credit note.
create table documents (
  provider_id text not null references providers,
  document_id text not null,
  kind text not null check (kind in ('tax-invoice', 'credit-note', 'receipt', 'sales-summary')),
  fiscal_year integer not null,
  number bigint not null,
  number_text text not null, -- as it is printed
  refers_to text, -- the document that a credit note takes back
  reason text,
  cause text, -- what was charged: `subscription:<id>`, `invoice:<id>`, `payment:<id>`, `site:<id>`
  customer_id text,
  party text, -- type Party from "../../ground/amounts/parties.ts"
  customer_name text,
  customer_pin text,
  seller jsonb not null, -- type Seller from "./document-facts.ts", fixed; legal name, PIN, address, as they were
  lines jsonb not null, -- type readonly DocumentLine[] from "./document-facts.ts", fixed
  currency text not null,
  net_cents bigint not null,
  excise_cents bigint not null,
  vat_cents bigint not null,
  total_cents bigint not null,
  supplied_on text not null, -- the last day of what was charged
  issued_on text not null, -- the provider's day
  issued_at_ms bigint not null,
  issued_by text not null,
  primary key (provider_id, document_id),
  check ((net_cents + excise_cents + vat_cents) = total_cents)
);
create unique index documents_number on documents (provider_id, kind, fiscal_year, number);
create index documents_newest on documents (provider_id, document_id desc);
create index documents_issued on documents (provider_id, issued_at_ms);
create index documents_customer on documents (provider_id, customer_id, document_id desc) where customer_id is not null;
create index documents_party on documents (provider_id, party, document_id desc) where party is not null;
create index documents_refer on documents (provider_id, refers_to) where refers_to is not null;
create index documents_cause on documents (provider_id, cause, document_id desc) where cause is not null;
create unique index documents_receipt on documents (provider_id, cause) where kind = 'receipt';
-- A year of documents is read from these alone; their lines only where one is outside of the taxes.
create index documents_taxes on documents (provider_id, currency, issued_on)
  include (kind, net_cents, excise_cents, vat_cents, total_cents) where kind in ('tax-invoice', 'sales-summary', 'credit-note');
create index documents_outside on documents (provider_id, currency, issued_on)
  where kind in ('tax-invoice', 'sales-summary', 'credit-note') and lines @> '[{"treatment": "outside"}]';
select karibu_guard('documents');

-- The customer's own words may be erased when the law wants it; nothing else of a document ever changes.
create function karibu_keep_document() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'customer_name' - 'customer_pin' - 'party' - 'customer_id'
    is distinct from to_jsonb(old) - 'customer_name' - 'customer_pin' - 'party' - 'customer_id' then
    raise exception 'an issued document never changes';
  end if;
  return new;
end
$$;
create trigger documents_stay before update on documents for each row execute function karibu_keep_document();

-- What was charged, or given back, and wants a document: written in the transaction of its entry in the books.
create table document_charges (
  provider_id text not null references providers,
  charge_id text not null, -- the key of its entry in the books
  cause text not null,
  customer_id text,
  party text, -- type Party from "../../ground/amounts/parties.ts"
  customer_name text not null,
  currency text not null,
  total_cents bigint not null, -- below zero: given back
  lines jsonb not null, -- type readonly ChargeLine[] from "./document-facts.ts", fixed
  entry_id text,
  at_ms bigint not null,
  state text not null check (state in ('waiting', 'documented', 'not-wanted', 'nothing-to-credit')),
  document_id text, -- the last, where it took several
  primary key (provider_id, charge_id)
);
create index document_charges_waiting on document_charges (provider_id, at_ms) where state = 'waiting';
create index document_charges_document on document_charges (provider_id, document_id) where document_id is not null;
-- What goes back is taken off the documents of what was charged for it.
create index document_charges_cause on document_charges (provider_id, cause);
create index document_charges_newest on document_charges (provider_id, at_ms);
create index document_charges_entry on document_charges (provider_id, entry_id) where entry_id is not null;
-- A statement of account also shows what was paid at once and never was credit.
create index document_charges_party on document_charges (provider_id, party) where party is not null;
create index document_charges_customer on document_charges (provider_id, customer_id) where customer_id is not null;
select karibu_guard('document_charges');

-- How far a site's sales are in its daily summaries.
create table summarised_sales (
  provider_id text not null references providers,
  site_id text not null,
  currency text not null,
  from_ms bigint not null, -- all before it is in one: a moment, for the days are others once the zone changes
  primary key (provider_id, site_id, currency)
);
select karibu_guard('summarised_sales');

-- Links that open one document for a while. Only the hash of a link is kept.
create table document_links (
  provider_id text not null references providers,
  token_hash text not null,
  document_id text not null,
  language text not null check (language in ('en', 'sw')),
  expires_at_ms bigint not null,
  made_by text not null,
  made_at_ms bigint not null,
  primary key (provider_id, token_hash)
);
create unique index document_links_token on document_links (token_hash);
select karibu_guard('document_links');
