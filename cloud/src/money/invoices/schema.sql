-- Tables of money/invoices. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- The last number of an invoice that a provider gave out.
create table invoice_counters (
  provider_id text primary key references providers,
  next_number bigint not null
);
select karibu_guard('invoice_counters');

-- What a customer owes and has been told in writing. Paid by the account number that it names.
create table invoices (
  provider_id text not null references providers,
  invoice_id text not null,
  number bigint not null,
  idempotency_key text not null,
  customer_name text not null,
  party text, -- type Party from "../../ground/amounts/parties.ts"
  purchase_id text,
  lines jsonb not null, -- type readonly InvoiceLine[] from "./invoice-line.ts", fixed
  total_cents bigint not null check (total_cents > 0),
  currency text not null,
  state text not null check (state in ('issued', 'paid', 'void')),
  due_on date,
  entry_id text,
  created_by text not null,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  -- Null: none was, or it was issued before they were kept.
  phone_sealed bytea, -- fixed; The phone that was entered with the invoice, so that nobody types it again.
  phone_masked text, -- fixed
  primary key (provider_id, invoice_id)
);
create unique index invoices_number on invoices (provider_id, number);
create unique index invoices_idempotency on invoices (provider_id, idempotency_key);
create index invoices_unpaid on invoices (provider_id, due_on) where state = 'issued';
create index invoices_open on invoices (provider_id, party) where state = 'issued' and party is not null;
create index invoices_party on invoices (provider_id, party, number desc) where party is not null;
select karibu_guard('invoices');
