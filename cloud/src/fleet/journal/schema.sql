-- Tables of fleet/journal. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- The journal. last_seq is taken under this row's lock, so that a record is inserted and projected once.
create table journal_epochs (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  last_seq bigint not null default 0,
  -- The site sent two different records under one number: it was restored from a copy, and must start a new epoch.
  forked boolean not null default false,
  begun_at_ms bigint not null,
  -- The recall that was told to its end under this epoch, by the name of what the site had done before. Null: none.
  recalled text,
  -- How far a journal was in the back-up that was restored last: what comes beyond was sent again, or is new.
  restored_seq bigint, -- null: none was, or the epoch is newer
  primary key (provider_id, site_id, epoch)
);
select karibu_guard('journal_epochs');

-- One record of a site's journal that is kept for ever, as the site wrote it (`journal-retention.ts` says which), or that could not be read. Numbered
-- by the site; a number comes once: see `journal_epochs`.
create table journal_records (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  kind text, -- null: the record has a complaint
  at_ms bigint, -- as stamped by the site
  clock text,
  received_at_ms bigint not null,
  raw jsonb not null, -- type unknown, computed
  complaint text, -- what is wrong with it: kept for a time, not projected
  primary key (provider_id, site_id, epoch, seq)
);
create index journal_records_boots on journal_records (provider_id, site_id, epoch, seq) where kind = 'agent-started';
create index journal_records_slots on journal_records (provider_id, site_id, (raw ->> 'grantId')) where kind in ('device-bound', 'device-unbound');
create index journal_records_leases on journal_records (provider_id, site_id, (raw ->> 'grantId')) where kind = 'lease-released';
create index journal_records_complaints on journal_records (received_at_ms) where complaint is not null;
select karibu_guard('journal_records');

-- The same of a record that is forgotten by age: by far the most of them.
create table passing_records (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  kind text not null,
  at_ms bigint not null, -- as stamped by the site
  clock text,
  received_at_ms bigint not null,
  raw jsonb not null, -- type unknown, computed
  primary key (provider_id, site_id, epoch, seq, received_at_ms)
) partition by range (received_at_ms);
select karibu_by_month('passing_records');
select karibu_guard('passing_records');

-- Records that the site had lost before it could send them.
create table journal_gaps (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  from_seq bigint not null,
  to_seq bigint not null,
  noticed_at_ms bigint not null,
  primary key (provider_id, site_id, epoch, from_seq)
);
select karibu_guard('journal_gaps');
