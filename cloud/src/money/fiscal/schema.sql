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
  primary key (provider_id, document_id)
);
create unique index fiscal_submissions_sequence on fiscal_submissions (provider_id, authority, sequence);
create index fiscal_submissions_waiting on fiscal_submissions (provider_id, sequence) where state = 'waiting';
select karibu_guard('fiscal_submissions');
