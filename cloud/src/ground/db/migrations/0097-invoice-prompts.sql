-- An invoice is asked for on its customer's phone. The money goes the way of its account number, which the prompt names.
create table invoice_prompts (
  provider_id text not null references providers,
  prompt_id text not null,
  invoice_id text not null,
  channel_id text not null,
  idempotency_key text not null,
  secret_hash text not null, -- of the callback path; the secret itself is only in the push
  account_number text not null,
  phone_hash text not null,
  phone_masked text not null,
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  state text not null check (state in ('sending', 'prompted', 'paid', 'failed', 'unknown')),
  reason text,
  request_id text,
  receipt text, -- as the callback told it
  asked_by text not null,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, prompt_id),
  foreign key (provider_id, channel_id) references channels
);
create unique index invoice_prompts_idempotency on invoice_prompts (provider_id, idempotency_key);
create unique index invoice_prompts_secret on invoice_prompts (provider_id, secret_hash);
create index invoice_prompts_invoice on invoice_prompts (provider_id, invoice_id, created_at_ms desc);
create index invoice_prompts_phone on invoice_prompts (provider_id, phone_hash, created_at_ms desc);
select karibu_guard('invoice_prompts');

-- The phone that was entered with the invoice, so that nobody types it again.
alter table invoices add column phone_sealed bytea, add column phone_masked text;
