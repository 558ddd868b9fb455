-- After a restore from a back-up: what was lost, and what sites give back (cloud/src/operations/restored).

-- One row a restore: the database began this generation as the back-up of `back_up_at_ms`.
create table restores (
  generation text primary key,
  back_up_at_ms bigint not null,
  restored_at_ms bigint not null
);
grant select, insert on restores to karibu_platform;
-- A provider reads when, and nothing else of the platform is in it.
grant select on restores to karibu_app;

-- How far a journal was in the back-up that was restored last: what comes beyond was sent again, or is new.
alter table journal_epochs add column restored_seq bigint;

-- What the hub needs to take the purchase up again, sealed as it goes to the site.
alter table grants add column sold text;

create table restored_sites (
  provider_id text not null references providers,
  generation text not null,
  site_id text not null,
  offered bigint not null,
  taken bigint not null,
  kept bigint not null,
  gone bigint not null,
  bytes bigint not null,
  left_over bigint not null, -- rows that the site has not given back yet
  records bigint, -- of its journal, that the back-up did not have; null: it is not done
  begun_at_ms bigint not null,
  done_at_ms bigint,
  primary key (provider_id, generation, site_id)
);
select karibu_guard('restored_sites');

-- Each row that a site gave back, and what became of it. A row with the verdict `gone` is never taken back, whoever offers it.
create table restored_rows (
  provider_id text not null references providers,
  kind text not null,
  key text not null,
  site_id text not null,
  generation text not null,
  version bigint not null,
  verdict text not null check (verdict in ('taken', 'kept', 'gone')),
  reason text not null,
  label text not null, -- for people
  at_ms bigint not null,
  primary key (provider_id, kind, key, site_id)
);
create index restored_rows_newest on restored_rows (provider_id, at_ms desc, kind, key, site_id);
select karibu_guard('restored_rows');
