-- Tables of modules/webhooks. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
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
-- A restore must not post to an address again that was taken away, switched off or replaced. In a restore the rows of the back-up come: they
-- are no news.
create trigger revocation_noted after update on webhooks for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes' and (old.url_sealed, old.secret_sealed, old.active, old.events)
    is distinct from (new.url_sealed, new.secret_sealed, new.active, new.events))
  execute function karibu_note_revocation('provider_id,webhook_id', 'url_sealed,host,secret_sealed,active,events');
create trigger removal_noted after delete on webhooks for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id,webhook_id', 'active');

-- One post to a webhook: its sealed body, its tries, and what was answered.
create table webhook_deliveries (
  provider_id text not null references providers,
  delivery_id text not null,
  webhook_id text not null,
  event text not null,
  body_sealed bytea, -- Null: it was sent, or given up, a month ago. The row says for longer that the event was told.
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  tries integer not null default 0,
  status integer, -- of the last answer
  problem text,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  event_key text, -- fixed; One thing that happened is one delivery, however often it is looked at. Null: an alarm, or a test.
  primary key (provider_id, delivery_id),
  foreign key (provider_id, webhook_id) references webhooks on delete cascade,
  check (state <> 'waiting' or body_sealed is not null)
);
-- By which old rows are found, and old bodies.
create index webhook_deliveries_age on webhook_deliveries (created_at_ms);
create index webhook_deliveries_bodies on webhook_deliveries (created_at_ms) where body_sealed is not null;
create index webhook_deliveries_newest on webhook_deliveries (provider_id, webhook_id, created_at_ms desc);
create index webhook_deliveries_waiting on webhook_deliveries (provider_id, webhook_id) where state = 'waiting';
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

-- Sessions and alarms of sites, likewise. A session that is there already and ends later is an update.
create function karibu_note_for_webhooks(provider text, wanted text, things text[]) returns void language plpgsql as $$
begin
  if karibu_is_restoring() or cardinality(things) = 0 then return; end if;
  insert into webhook_facts (provider_id, event, thing)
    select provider, wanted, thing from unnest(things) thing
    where exists (select 1 from webhooks w
      where w.provider_id = provider and w.active and w.events @> jsonb_build_array(wanted))
    on conflict do nothing;
  if found then perform pg_notify('karibu_webhook_facts', ''); end if;
end
$$;

create function karibu_note_webhook_sessions() returns trigger language plpgsql as $$
declare one record;
begin
  if not exists (select 1 from webhooks w where w.active and w.events ?| array['session.started', 'session.ended']) then return null; end if;
  for one in select provider_id, array_agg(site_id || '/' || session_key) filter (where stopped_at_ms is null) as begun,
      array_agg(site_id || '/' || session_key) filter (where stopped_at_ms is not null) as ended from fresh group by 1 loop
    perform karibu_note_for_webhooks(one.provider_id, 'session.started', coalesce(one.begun, '{}') || coalesce(one.ended, '{}'));
    perform karibu_note_for_webhooks(one.provider_id, 'session.ended', coalesce(one.ended, '{}'));
  end loop;
  return null;
end
$$;
create trigger webhook_noted_sessions after insert on sessions
  referencing new table as fresh for each statement execute function karibu_note_webhook_sessions();

create function karibu_note_webhook_ends() returns trigger language plpgsql as $$
declare one record;
begin
  if not exists (select 1 from webhooks w where w.active and w.events ? 'session.ended') then return null; end if;
  for one in select f.provider_id, array_agg(f.site_id || '/' || f.session_key) as ended from fresh f
      join stale s on s.provider_id = f.provider_id and s.site_id = f.site_id and s.session_key = f.session_key
      where f.stopped_at_ms is not null and s.stopped_at_ms is null group by 1 loop
    perform karibu_note_for_webhooks(one.provider_id, 'session.ended', one.ended);
  end loop;
  return null;
end
$$;
create trigger webhook_noted_ends after update on sessions
  referencing old table as stale new table as fresh for each statement execute function karibu_note_webhook_ends();

create function karibu_note_webhook_alarms() returns trigger language plpgsql as $$
declare one record;
begin
  for one in select provider_id, array_agg(epoch || '.' || seq || '@' || site_id) as raised from fresh group by 1 loop
    perform karibu_note_for_webhooks(one.provider_id, 'alarm.raised', one.raised);
  end loop;
  return null;
end
$$;
create trigger webhook_noted_alarms after insert on alarms
  referencing new table as fresh for each statement execute function karibu_note_webhook_alarms();
