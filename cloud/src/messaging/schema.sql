-- Tables of messaging. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- Who sends a provider's messages: a gateway with its keys, or the hub's own.
create table message_senders (
  provider_id text not null references providers,
  sender_id text not null,
  kind text not null check (kind in ('africastalking', 'advanta', 'twilio', 'whatsapp')),
  name text not null,
  keys_sealed bytea not null,
  hook_token_hash text not null,
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, sender_id)
);
create unique index message_senders_hook on message_senders (hook_token_hash);
select karibu_guard('message_senders');
select karibu_open_to_booker('message_senders', 'select (provider_id, kind, active)');

-- One message to one person: what it says, which way it goes, and what became of it. Text and number rest sealed: a text may carry a code.
-- By month of `created_at_ms`: one that is sent again is as new, and moves to the month of that.
create table messages (
  provider_id text not null,
  message_id text not null,
  event_key text not null, -- event, template and recipient: the same is sent once (`message_events`)
  template text not null,
  to_sealed bytea not null,
  to_hash text not null, -- type Party from "../ground/amounts/parties.ts"
  to_masked text not null,
  text_sealed bytea not null,
  sender_id text,
  -- `sending`: from before the gateway is asked until its answer is written. `unknown`: the hub stopped in between, or no answer came again and
  -- again, so the gateway may have it. It is not sent again by itself: no gateway can be asked for a message whose number it never told us.
  state text not null check (state in ('waiting', 'sending', 'accepted', 'delivered', 'failed', 'unknown', 'skipped')),
  remote_id text,
  problem text,
  tries integer not null default 0,
  doubts integer not null default 0, -- tries of which nobody knows whether the gateway took it
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  -- What a message is, to whom it goes by which way, and what it costs.
  class text not null default 'receipt' check (class in ('receipt', 'service', 'marketing')),
  channel text not null default 'sms' check (channel in ('sms', 'whatsapp', 'email')),
  customer_id text, -- null: nobody who is known by name
  is_hash boolean not null default false, -- `to_sealed` holds the SHA-256 of a number that nobody told us
  values_sealed bytea, -- of its template's variables; for gateways that fill templates themselves
  parts integer, -- SMS that it takes; null: it is none
  cost_millicents bigint, -- thousandths of a minor unit; null: nothing is known, or it was not sent
  cost_currency text,
  cost_told boolean not null default false, -- by the gateway; else the provider's price
  primary key (provider_id, message_id, created_at_ms)
) partition by range (created_at_ms);
select karibu_by_month('messages');
create index messages_newest on messages (provider_id, created_at_ms desc, message_id desc);
create index messages_remote on messages (provider_id, sender_id, remote_id);
create index messages_failed on messages (provider_id, changed_at_ms) where state = 'failed';
create index messages_unknown on messages (provider_id, changed_at_ms) where state = 'unknown';
create index messages_customer on messages (provider_id, customer_id, created_at_ms desc) where customer_id is not null;
create index messages_to on messages (provider_id, to_hash, created_at_ms desc);
select karibu_guard('messages');
select karibu_open_to_booker('messages', 'select (provider_id, message_id), insert');

-- What makes a message the same one, of each that was ever written: a row is kept for longer than its message, and for longer than an event can come
-- again. No key of `messages` can hold it, which has a column of its month in every key.
create table message_events (
  provider_id text not null references providers,
  event_key text not null,
  message_id text not null,
  customer_id text, -- whom it went to, where that is known: a letter's event names the mark of an address
  at_ms bigint not null,
  primary key (provider_id, event_key)
);
create index message_events_age on message_events using brin (at_ms);
select karibu_guard('message_events');
select karibu_open_to_booker('message_events', 'select, insert');

-- Until when a person may be answered by WhatsApp in words of our own: a day after they last wrote.
create table whatsapp_windows (
  provider_id text not null references providers,
  to_hash text not null, -- type Party from "../ground/amounts/parties.ts"
  until_ms bigint not null,
  primary key (provider_id, to_hash)
);
select karibu_guard('whatsapp_windows');

-- A provider's own words instead of a default text.
create table message_templates (
  provider_id text not null references providers,
  template text not null,
  locale text not null check (locale ~ '^[a-z]{2}$'), -- type Locale from "./texts/every-language.ts"
  words text not null,
  whatsapp_name text, -- of the template that WhatsApp approved; null: not by WhatsApp
  whatsapp_values jsonb, -- type readonly string[]; names of variables, in the order of WhatsApp's {{1}}, {{2}}
  changed_by text not null,
  changed_at_ms bigint not null,
  primary key (provider_id, template, locale)
);
select karibu_guard('message_templates');
select karibu_open_to_booker('message_templates', 'select (provider_id, template, locale, words)');

-- A provider's rules for messages to its customers. Without a row: the defaults in messaging/message-rules.ts.
create table message_rules (
  provider_id text primary key references providers,
  quiet_from_minute integer not null check (quiet_from_minute between 0 and 1439), -- of the local day; the same twice: no quiet hours
  quiet_until_minute integer not null check (quiet_until_minute between 0 and 1439),
  marketing_from_minute integer not null check (marketing_from_minute between 0 and 1439),
  marketing_until_minute integer not null check (marketing_until_minute between 1 and 1440),
  way_out text not null, -- how to end marketing, at the end of each such SMS
  part_price_millicents bigint not null check (part_price_millicents >= 0), -- of one SMS, where the gateway does not tell
  month_cap_cents bigint check (month_cap_cents >= 0), -- null: none
  reminder_days jsonb not null, -- type readonly number[]; whole days from the due date: below zero before it
  reminder_minute integer not null check (reminder_minute between 0 and 1439), -- of the local day
  reminds_by_sms boolean not null,
  reminds_by_email boolean not null,
  notices boolean not null, -- when a subscription expires or is suspended
  grant_notices_hours integer check (grant_notices_hours > 0) -- when a bought package ends that was so long at least; null: no
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

-- Who wants which messages: each change, with when and how. The last one of an address, a way and a class holds.
create table message_consents (
  provider_id text not null references providers,
  consent_id text not null,
  to_hash text not null, -- type Party from "../ground/amounts/parties.ts"; the party of a number, or of an address
  to_masked text not null,
  customer_id text,
  channel text not null check (channel in ('sms', 'whatsapp', 'email')),
  class text not null check (class in ('service', 'marketing')),
  allowed boolean not null,
  how text not null check (how in ('reply', 'link', 'staff', 'customer')),
  who text not null, -- a person's name, or `customer`
  said text, -- what they wrote, or the note of who entered it
  at_ms bigint not null,
  place integer not null, -- of all that was said of this address, way and class: an id and a time are as good as the clock was
  primary key (provider_id, consent_id)
);
create index message_consents_of on message_consents (provider_id, to_hash, channel, class, place desc, consent_id desc);
create index message_consents_customer on message_consents (provider_id, customer_id, consent_id desc) where customer_id is not null;
select karibu_guard('message_consents');

-- The links in letters that end them. The token is kept by its SHA-256 alone.
create table opt_out_links (
  provider_id text not null references providers,
  token_hash text not null,
  to_hash text not null, -- type Party from "../ground/amounts/parties.ts"
  to_masked text not null,
  customer_id text,
  created_at_ms bigint not null,
  primary key (provider_id, token_hash)
);
create unique index opt_out_links_token on opt_out_links (token_hash);
select karibu_guard('opt_out_links');
