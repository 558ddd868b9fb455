-- Tables of tenancy/providers. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- The platform itself is the provider 'platform': its admins' users, tokens and audit entries stand under that name.
create table providers (
  provider_id text primary key,
  name text not null,
  state text not null check (state in ('active', 'suspended', 'deleted')),
  currency text not null,
  locale text not null, -- type "en" | "sw"
  utc_offset_minutes integer not null,
  support_phone text,
  bridge_seconds bigint not null,
  bridge_data_bytes bigint not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  -- A suspended provider's people may only read; its sites go on selling until `sells_until_ms`. A deleted one is shut at once, can be
  -- brought back until `purge_at_ms`, and is gone after that.
  suspended_at_ms bigint,
  sells_until_ms bigint, -- While it is suspended, its sites go on selling until then.
  deleted_at_ms bigint,
  purge_at_ms bigint, -- A deleted provider can be restored until then.
  purge_began_at_ms bigint, -- Since when its rows are being deleted, some at a time. It can't be restored any more.
  outage_min_seconds bigint, -- Outages from so long on are credited, at most so long each. Null: none is.
  outage_max_seconds bigint,
  subdomain text unique, -- `<subdomain>.<the hub's host>`: there only this provider's people are let in.
  -- How many sales a seller may make at a site in a day.
  seller_sales_per_day integer not null default 200 check (seller_sales_per_day > 0),
  sells_unremembered boolean not null default false,
  -- What sites give who pays by card meanwhile: `payWindow` of the provider's row in the feed. Null: nothing.
  pay_window jsonb, -- type PayWindow from "./pay-window.ts"
  -- What customers may do. All off: the sites are told nothing of it.
  code_pause boolean not null default false,
  code_pin boolean not null default false,
  code_moves_per_day integer, -- How often a code may go to another device in 24 hours; null: no limit.
  -- Since when its people may only read (and pay, and refund), and its sites sell nothing online, because it owes the platform.
  arrears_at_ms bigint,
  sales_stopped_at_ms bigint, -- Since when its sites sell nothing online, for the same reason.
  shown_name text, -- What customers read in place of the provider's name, and letters are from.
  mail_name text,
  -- A provider that owes the platform can't pay it: since when no channel of the platform takes the money.
  -- What was shut is opened for that time, and the deadlines begin anew.
  no_way_to_pay_at_ms bigint,
  -- What the portal speaks to whose phone asks for no language that it has: letters of ISO 639. Null: the provider's own.
  portal_language text check (portal_language ~ '^[a-z]{2,3}$')
);
select karibu_guard('providers');
-- What a text message says of its provider.
select karibu_open_to_booker('providers', 'select (provider_id, name, locale, portal_language, support_phone, utc_offset_minutes)');
-- Triggers of other rooms: `revocation_noted` (operations/back-ups); `report_zone_noted` (reports/roll-ups).
