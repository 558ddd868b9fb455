-- What a webhook is told of the business; none: alarms alone, where a rule names it.
alter table webhooks add column events jsonb not null default '[]';
-- The hub switched it off: nobody took its deliveries for days.
alter table webhooks add column switched_off_at_ms bigint;

-- One thing that happened is one delivery, however often it is looked at.
alter table webhook_deliveries add column event_key text;
create unique index webhook_deliveries_once on webhook_deliveries (provider_id, webhook_id, event_key) where event_key is not null;

-- Up to which live event the webhooks of a provider were told.
create table webhook_cursors (
  provider_id text not null references providers,
  seq bigint not null,
  primary key (provider_id)
);
select karibu_guard('webhook_cursors');

-- What no live event tells one by one: vouchers that began. Only while a webhook wants them, until it was posted.
create table webhook_facts (
  provider_id text not null references providers,
  event text not null,
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
  end if;
  return null;
end
$$;
create trigger webhook_noted after insert on voucher_redemptions
  referencing new table as fresh for each statement execute function karibu_note_redemptions();
