-- Tables of modules/group-messages. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- One text to a group of customers, sent in stages.
create table group_messages (
  provider_id text not null references providers,
  group_id text not null,
  class text not null check (class in ('service', 'marketing')),
  words text not null,
  who jsonb not null, -- type GroupWho from "./group-members.ts", fixed; how the group was chosen
  count integer not null,
  state text not null check (state in ('sending', 'stopped', 'done')),
  made_by text not null,
  idempotency_key text not null,
  made_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, group_id)
);
create unique index group_messages_key on group_messages (provider_id, idempotency_key);
create index group_messages_newest on group_messages (provider_id, group_id desc);
select karibu_guard('group_messages');

-- One customer of a message to a group, and whether it went out.
create table group_recipients (
  provider_id text not null references providers,
  group_id text not null,
  customer_id text not null,
  state text not null check (state in ('waiting', 'queued', 'skipped')),
  primary key (provider_id, group_id, customer_id),
  foreign key (provider_id, group_id) references group_messages on delete cascade
);
create index group_recipients_waiting on group_recipients (provider_id, group_id, customer_id) where state = 'waiting';
select karibu_guard('group_recipients');
