-- What a site that lost its memory is told of its own doings.

-- The recall that was told to its end under this epoch, by the name of what the site had done before. Null: none.
alter table journal_epochs add column recalled text;
-- Sites that have had several epochs already go on as they are: the newest knows what the others knew.
update journal_epochs e set recalled = (
  select encode(sha256(convert_to(string_agg(o.epoch || ' ' || o.last_seq, ',' order by o.epoch collate "C"), 'UTF8')), 'hex')
  from journal_epochs o
  where o.provider_id = e.provider_id and o.site_id = e.site_id and o.epoch <> e.epoch and o.last_seq > 0)
where not exists (
  select from journal_epochs newer where newer.provider_id = e.provider_id and newer.site_id = e.site_id
    and (newer.begun_at_ms, newer.epoch) > (e.begun_at_ms, e.epoch));

-- The site did not know whether this was used before; the provider lets it go on.
alter table grant_starts add column unremembered boolean not null default false;
create index grant_starts_site on grant_starts (provider_id, site_id, grant_id);
create index journal_records_slots on journal_records (provider_id, site_id, (raw ->> 'grantId')) where kind = 'device-bound';

-- A grant that began a second time at a site that had forgotten the first: both uses show.
create table repeated_starts (
  provider_id text not null,
  grant_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  plan_name text not null,
  started_at_ms bigint not null,
  started_stamped_ms bigint not null, -- as the site wrote it
  ends_at_ms bigint,
  valid_until_ms bigint,
  unremembered boolean not null,
  received_at_ms bigint not null,
  primary key (provider_id, grant_id, site_id, epoch)
);
select karibu_guard('repeated_starts');

alter table providers add column sells_unremembered boolean not null default false;
create index grant_starts_unremembered on grant_starts (provider_id) where unremembered;
