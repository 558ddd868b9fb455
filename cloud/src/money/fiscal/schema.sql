-- Tables of money/fiscal. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- Documents on their way to the tax authority, one row each. `data` is all that an authority asks for, made when the document was issued.
create table fiscal_submissions (
  provider_id text not null references providers,
  document_id text not null,
  number_text text not null,
  authority text not null check (authority in ('etims', 'efris')),
  sequence bigint not null, -- gapless per provider, over all kinds: what an authority counts by
  data jsonb not null, -- type FiscalDocument from "./fiscal-contract.ts", fixed
  state text not null check (state in ('waiting', 'accepted', 'refused')),
  tries integer not null default 0,
  reason text, -- of the last refusal, or why it still waits
  control_unit text,
  fiscal_number text,
  signature text,
  qr_text text,
  typed_by text, -- the person who typed the reply; null: it came from the adapter
  answered_at_ms bigint,
  made_at_ms bigint not null,
  changed_at_ms bigint not null,
  told_number bigint, -- what a device told it as, from the first try on; null: it was not told by one, or its number is free again
  answer text, -- the authority's own, as it came last
  told_by text, -- the device that told it under that number: PIN/branch/environment; null as `told_number`
  primary key (provider_id, document_id)
);
create unique index fiscal_submissions_sequence on fiscal_submissions (provider_id, authority, sequence);
create index fiscal_submissions_waiting on fiscal_submissions (provider_id, sequence) where state = 'waiting';
select karibu_guard('fiscal_submissions');

-- The control unit with which a provider's documents are told, as its tax authority made it for one branch of the PIN. Without one, people hand them in.
create table tax_devices (
  provider_id text primary key references providers,
  authority text not null check (authority in ('etims', 'efris')),
  tax_pin text not null,
  branch text not null,
  environment text not null check (environment in ('sandbox', 'production')),
  serial text not null, -- of the device, as the authority gave it out
  key_sealed bytea not null, -- names the device in each call
  control_unit text not null, -- its name, printed on documents
  next_number bigint not null default 1, -- the authority counts what the device tells, without gaps
  busy_until_ms bigint not null default 0, -- a document is being told: one at a time
  opened_at_ms bigint not null
);
select karibu_guard('tax_devices');

-- What is sold, as the authority calls it: it is told of each before the first document that has it.
create table tax_items (
  provider_id text not null references providers,
  item_code text not null, -- ours: of a plan, or of what else is charged
  number bigint not null, -- counted up from 1
  told_as text, -- the name and the tax of which the authority knows; null: of none
  primary key (provider_id, item_code)
);
select karibu_guard('tax_items');
