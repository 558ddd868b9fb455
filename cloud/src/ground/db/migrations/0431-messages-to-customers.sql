-- What a message is, to whom it goes by which way, and what it costs.
alter table messages
  add column class text not null default 'receipt' check (class in ('receipt', 'service', 'marketing')),
  add column channel text not null default 'sms' check (channel in ('sms', 'whatsapp', 'email')),
  add column customer_id text, -- null: nobody who is known by name
  add column is_hash boolean not null default false, -- `to_sealed` holds the SHA-256 of a number that nobody told us
  add column values_sealed bytea, -- of its template's variables; for gateways that fill templates themselves
  add column parts integer, -- SMS that it takes; null: it is none, or was written before they were counted
  add column cost_millicents bigint, -- thousandths of a minor unit; null: nothing is known, or it was not sent
  add column cost_currency text,
  add column cost_told boolean not null default false; -- by the gateway; else the provider's price
alter table messages drop constraint messages_state_check;
alter table messages add constraint messages_state_check
  check (state in ('waiting', 'sending', 'accepted', 'delivered', 'failed', 'unknown', 'skipped')) not valid;
alter table messages validate constraint messages_state_check;

alter table message_senders drop constraint message_senders_kind_check;
alter table message_senders add constraint message_senders_kind_check
  check (kind in ('africastalking', 'advanta', 'twilio', 'whatsapp'));

-- A provider's own words instead of a default text.
create table message_templates (
  provider_id text not null references providers,
  template text not null,
  locale text not null check (locale in ('en', 'sw')),
  words text not null,
  whatsapp_name text, -- of the template that WhatsApp approved; null: not by WhatsApp
  whatsapp_values jsonb, -- names of variables, in the order of WhatsApp's {{1}}, {{2}}
  changed_by text not null,
  changed_at_ms bigint not null,
  primary key (provider_id, template, locale)
);
select karibu_guard('message_templates');

-- A provider's rules for messages to its customers. Without a row: the defaults in messaging/message-rules.ts.
create table message_rules (
  provider_id text not null references providers,
  quiet_from_minute integer not null check (quiet_from_minute between 0 and 1439), -- of the local day; the same twice: no quiet hours
  quiet_until_minute integer not null check (quiet_until_minute between 0 and 1439),
  marketing_from_minute integer not null check (marketing_from_minute between 0 and 1439),
  marketing_until_minute integer not null check (marketing_until_minute between 1 and 1440),
  way_out text not null, -- how to end marketing, at the end of each such SMS
  part_price_millicents bigint not null check (part_price_millicents >= 0), -- of one SMS, where the gateway does not tell
  month_cap_cents bigint check (month_cap_cents >= 0), -- null: none
  reminder_days jsonb not null, -- whole days from the due date: below zero before it
  reminder_minute integer not null check (reminder_minute between 0 and 1439), -- of the local day
  reminds_by_sms boolean not null,
  reminds_by_email boolean not null,
  notices boolean not null, -- when a subscription expires or is suspended
  grant_notices_hours integer check (grant_notices_hours > 0), -- when a bought package ends that was so long at least; null: no
  primary key (provider_id)
);
select karibu_guard('message_rules');

-- What messages cost a provider in a month of its calendar, so that the cap holds however many are sent at once.
create table message_months (
  provider_id text not null references providers,
  month text not null, -- 2026-11
  cost_millicents bigint not null,
  primary key (provider_id, month)
);
select karibu_guard('message_months');

-- Who wants which messages: each change, with when and how. The newest one of an address, a way and a class holds.
create table message_consents (
  provider_id text not null references providers,
  consent_id text not null,
  to_hash text not null, -- the party of a number, or of an address
  to_masked text not null,
  customer_id text,
  channel text not null check (channel in ('sms', 'whatsapp', 'email')),
  class text not null check (class in ('service', 'marketing')),
  allowed boolean not null,
  how text not null check (how in ('reply', 'link', 'staff', 'customer')),
  who text not null, -- a person's name, or `customer`
  said text, -- what they wrote, or the note of who entered it
  at_ms bigint not null,
  primary key (provider_id, consent_id)
);
create index message_consents_of on message_consents (provider_id, to_hash, channel, class, consent_id desc);
create index message_consents_customer on message_consents (provider_id, customer_id, consent_id desc) where customer_id is not null;
select karibu_guard('message_consents');

-- The links in letters that end them. The token is kept by its SHA-256 alone.
create table opt_out_links (
  provider_id text not null references providers,
  token_hash text not null,
  to_hash text not null,
  to_masked text not null,
  customer_id text,
  created_at_ms bigint not null,
  primary key (provider_id, token_hash)
);
create unique index opt_out_links_token on opt_out_links (token_hash);
select karibu_guard('opt_out_links');

-- A letter to a customer: how to end such letters (RFC 8058).
alter table mail_outbox add column unsubscribe_sealed bytea;
