-- Tables of operations/restored. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What one site gave back after a restore: how many rows, and how many of them were taken.
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
  kind text not null, -- type FeedKind from "@karibu/protocol/feed"
  key text not null,
  site_id text not null,
  generation text not null,
  version bigint not null,
  verdict text not null check (verdict in ('taken', 'kept', 'gone')),
  reason text not null, -- type ReturnReason from "./judge-returned.ts"
  label text not null, -- for people
  at_ms bigint not null,
  primary key (provider_id, kind, key, site_id)
);
create index restored_rows_newest on restored_rows (provider_id, at_ms desc, kind, key, site_id);
-- What sites gave back is forgotten after a time: old rows are found by their place on disk.
create index restored_rows_age on restored_rows using brin (at_ms);
select karibu_guard('restored_rows');

-- Whose erasure a restore repeated, so long as sites give back: one that had not heard of it may still bring the person's number.
create table erased_again (
  provider_id text not null references providers,
  mark text not null, -- type Party from "../../ground/amounts/parties.ts"; by which the books knew the person
  erased_at_ms bigint not null, -- what was bought later is of after it
  repeated_at_ms bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint, -- computed; the last time: forgotten by it
  primary key (provider_id, mark)
);
select karibu_guard('erased_again');
revoke insert, update, delete on erased_again from karibu_app;

-- A grant that was theirs for a time: a site that sends its journal again names the devices that used it.
create table erased_grants (
  provider_id text not null references providers,
  grant_id text not null, -- of an account `a.<account>`, for all of its periods
  from_ms bigint not null,
  until_ms bigint not null, -- at most until the erasure: whoever uses it later was not there yet
  repeated_at_ms bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint, -- computed; the last time
  primary key (provider_id, grant_id, from_ms)
);
select karibu_guard('erased_grants');
revoke update, delete on erased_grants from karibu_app;
-- A sale that comes once more after another erasure is noted anew: its month begins again. Which grant it is, and from when, nobody changes.
grant update (until_ms, repeated_at_ms) on erased_grants to karibu_app;

-- A device that was theirs: a site that sends its journal again names it where somebody guessed codes, or was refused.
create table erased_devices (
  provider_id text not null references providers,
  mark text not null, -- type DeviceMark from "../../ground/amounts/parties.ts"; of its MAC address, under the hub's key
  until_ms bigint not null, -- the erasure: whoever uses it later was not there yet
  repeated_at_ms bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint, -- computed; the last time
  primary key (provider_id, mark)
);
select karibu_guard('erased_devices');
revoke insert, update, delete on erased_devices from karibu_app;

-- What a restore revoked again, for people: who or what, since when, and when the restore repeated it (cloud/src/operations/restored).
create table revoked_again (
  provider_id text not null references providers, -- 'platform': of a host, or of one of its admins
  generation text not null,
  what text not null, -- type RevokedKind from "../../ground/restores/revocable-table.ts"
  subject_id text not null,
  label text not null, -- its name, as the back-up has it
  revoked_at_ms bigint not null,
  repeated_at_ms bigint not null,
  primary key (provider_id, generation, what, subject_id)
);
create index revoked_again_newest on revoked_again (provider_id, revoked_at_ms desc, generation, what, subject_id);
select karibu_guard('revoked_again');
revoke insert, update on revoked_again from karibu_app;
