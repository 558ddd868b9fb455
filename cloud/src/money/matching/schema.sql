-- Tables of money/matching. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What somebody typed as the account is looked up by index: exactly, with look-alike letters, or one letter apart. Two texts that are one
-- letter apart (added, lost, changed, or two neighbours swapped) share a text that lacks one letter.
create function karibu_near_keys(key text) returns text[] language sql immutable parallel safe as $near$
  select array(select distinct substr(key, 1, at - 1) || substr(key, at + 1) from generate_series(1, length(key)) at) || key
$near$;

-- Numbers that people type as the account at a paybill: a customer's, a site's, an order's.
create table pay_accounts (
  provider_id text not null references providers,
  account_key text not null, -- normalised
  account_number text not null, -- as it was given out
  kind text not null check (kind in ('customer', 'site', 'order')),
  party text, -- type Party from "../../ground/amounts/parties.ts"; whose credit
  phone_hash text, -- type Party from "../../ground/amounts/parties.ts"
  customer_id text,
  site_id text,
  plan_id text, -- bought at once when the money suffices
  invoice_id text,
  active boolean not null default true,
  created_at_ms bigint not null,
  primary key (provider_id, account_key)
);
create index pay_accounts_phone on pay_accounts (provider_id, phone_hash);
create index pay_accounts_folded on pay_accounts (provider_id, (translate(account_key, 'OILSBZ', '011582'))) where active;
create index pay_accounts_near on pay_accounts using gin (karibu_near_keys(translate(account_key, 'OILSBZ', '011582'))) where active;
-- An invoice that is to be paid has an account number of its own (`pay_accounts.kind` = 'order').
create unique index pay_accounts_invoice on pay_accounts (provider_id, invoice_id) where invoice_id is not null;
create unique index pay_accounts_of_customer on pay_accounts (provider_id, customer_id) where customer_id is not null and active;
select karibu_guard('pay_accounts');

-- An invoice, or what a subscription is due, is asked for on its customer's phone, or paid on a page of the channel's own. The money goes the way
-- of the account number that the prompt names.
create table invoice_prompts (
  provider_id text not null references providers,
  prompt_id text not null,
  invoice_id text, -- It is of an invoice, or of a subscription; of neither: for its customer's credit.
  channel_id text not null,
  idempotency_key text not null,
  secret_hash text not null, -- of the callback path; the secret itself is only in the push
  account_number text not null,
  phone_hash text not null, -- type Party from "../../ground/amounts/parties.ts"
  phone_masked text not null,
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null,
  state text not null check (state in ('sending', 'prompted', 'paid', 'failed', 'unknown')),
  reason text, -- type FailureReason from "../evidence/evidence.ts"
  request_id text,
  receipt text, -- as the last callback told it, or the channel answered, or it was found
  -- No callback named its receipt: money of its sum was proved at its account number. One that names another receipt makes no doubt.
  is_found boolean not null default false,
  -- Its callbacks named two receipts: the channel's answer about it says that one of them was paid, and not which.
  is_doubtful boolean not null default false,
  asked_by text not null,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  subscription_id text,
  reference text, -- Of a payment page: what the channel calls it, alone at this provider. Null: a phone was asked.
  redirect_url text, -- of a payment page: where the customer pays
  questions integer not null default 0, -- put to the channel about a payment page
  -- Of what a customer, or who has a link, pays for a subscription: until when that was paid when the prompt, or the page, was last asked for. Its
  -- money renews from there; if somebody else was faster, it is credit.
  renews_from_ms bigint,
  primary key (provider_id, prompt_id),
  foreign key (provider_id, channel_id) references channels,
  -- A customer also lets a phone be asked for a sum that just goes into their credit: such a prompt is of no invoice and of no
  -- subscription.
  constraint invoice_prompts_for check (num_nonnulls(invoice_id, subscription_id) <= 1)
);
create unique index invoice_prompts_idempotency on invoice_prompts (provider_id, idempotency_key);
create unique index invoice_prompts_secret on invoice_prompts (provider_id, secret_hash);
create index invoice_prompts_invoice on invoice_prompts (provider_id, invoice_id, created_at_ms desc);
create index invoice_prompts_phone on invoice_prompts (provider_id, phone_hash, created_at_ms desc);
create index invoice_prompts_subscription on invoice_prompts (provider_id, subscription_id, created_at_ms desc)
  where subscription_id is not null;
create unique index invoice_prompts_reference on invoice_prompts (provider_id, reference) where reference is not null;
create index invoice_prompts_request on invoice_prompts (provider_id, request_id) where reference is not null;
create index invoice_prompts_page_receipt on invoice_prompts (provider_id, receipt) where reference is not null;
-- Whose money at an account number is.
create index invoice_prompts_account on invoice_prompts (provider_id, account_number, created_at_ms desc) where reference is null;
create index invoice_prompts_asked_by on invoice_prompts (provider_id, asked_by, created_at_ms desc);
select karibu_guard('invoice_prompts');

-- A customer's own number at the paybill: counted up for each provider, so that none is ever given out twice.
create table pay_number_counters (
  provider_id text primary key references providers,
  next_number bigint not null
);
select karibu_guard('pay_number_counters');
