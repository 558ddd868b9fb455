-- Tables of operations/webhooks. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Addresses on the internet that the hub posts to.
create table webhooks (
  provider_id text not null references providers,
  webhook_id text not null,
  name text not null,
  url_sealed bytea not null, -- it may carry a key of the service behind it
  host text not null,
  secret_sealed bytea not null,
  active boolean not null,
  failing_since_ms bigint,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  -- What a webhook is told of the business; none: alarms alone, where a rule names it.
  events jsonb not null default '[]', -- type readonly BusinessEvent[] from "./business-events.ts"
  switched_off_at_ms bigint, -- The hub switched it off: nobody took its deliveries for days.
  primary key (provider_id, webhook_id)
);
select karibu_guard('webhooks');

-- One post to a webhook: its sealed body, its tries, and what was answered.
create table webhook_deliveries (
  provider_id text not null references providers,
  delivery_id text not null,
  webhook_id text not null,
  event text not null,
  body_sealed bytea not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  tries integer not null default 0,
  status integer, -- of the last answer
  problem text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  event_key text, -- fixed; One thing that happened is one delivery, however often it is looked at. Null: an alarm, or a test.
  primary key (provider_id, delivery_id),
  foreign key (provider_id, webhook_id) references webhooks on delete cascade
);
create index webhook_deliveries_newest on webhook_deliveries (provider_id, webhook_id, created_at_ms desc);
create unique index webhook_deliveries_once on webhook_deliveries (provider_id, webhook_id, event_key) where event_key is not null;
select karibu_guard('webhook_deliveries');

-- Up to which live event the webhooks of a provider were told.
create table webhook_cursors (
  provider_id text primary key references providers,
  seq bigint not null
);
select karibu_guard('webhook_cursors');

-- What no live event tells one by one: vouchers that began. Only while a webhook wants them, until it was posted.
create table webhook_facts (
  provider_id text not null references providers,
  event text not null, -- type BusinessEvent from "./business-events.ts"
  thing text not null,
  primary key (provider_id, event, thing)
);
select karibu_guard('webhook_facts');

create function karibu_note_redemptions() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into webhook_facts (provider_id, event, thing)
      select f.provider_id, 'voucher.used', f.batch_id || '.' || f.serial || '@' || f.site_id from fresh f
      where exists (select 1 from webhooks w
        where w.provider_id = f.provider_id and w.active and w.events @> '["voucher.used"]'::jsonb)
      on conflict do nothing;
    if found then perform pg_notify('karibu_webhook_facts', ''); end if;
  end if;
  return null;
end
$$;
create trigger webhook_noted after insert on voucher_redemptions
  referencing new table as fresh for each statement execute function karibu_note_redemptions();
