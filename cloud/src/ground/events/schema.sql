-- Tables of ground/events. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What consoles hear live. Numbered per provider under a lock of the counter's row, so that they commit in order and a reader can't step
-- over a late one.
create table event_counters (
  provider_id text primary key,
  last_seq bigint not null
);
select karibu_guard('event_counters');
select karibu_open_to_booker('event_counters', 'select, insert, update');

-- One change that consoles hear live: which thing of which topic changed, and how. Read after `seq`, and deleted by age.
create table events (
  provider_id text not null,
  seq bigint not null,
  at_ms bigint not null,
  topic text not null,
  id text not null,
  action text not null,
  primary key (provider_id, seq)
);
create index events_age on events (at_ms);
select karibu_guard('events');
select karibu_open_to_booker('events', 'insert');
