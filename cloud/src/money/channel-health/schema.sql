-- Tables of money/channel-health. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- What the hub does at a channel by itself (status questions of the sweep, lists) pauses after repeated failures. No row: all is well.
create table channel_circuits (
  provider_id text not null references providers,
  channel_id text not null,
  failures integer not null check (failures > 0), -- without a success between them
  problem text not null, -- of the last one, for people
  failed_at_ms bigint not null,
  opened_at_ms bigint, -- null: it failed, but not often enough yet
  open_until_ms bigint, -- from then on one call tries it
  primary key (provider_id, channel_id)
);
select karibu_guard('channel_circuits');

-- What is wrong at a channel and needs a person: it fails every customer, or it does not let us read its list.
create table channel_troubles (
  provider_id text not null references providers,
  channel_id text not null,
  kind text not null check (kind in ('fails-customers', 'list-refused')),
  reason text not null, -- type ChannelTrouble["reason"] from "../evidence/evidence.ts"; a name for which the console has words
  said text not null, -- the channel's own code and words
  since_ms bigint not null,
  primary key (provider_id, channel_id, kind)
);
select karibu_guard('channel_troubles');
select karibu_open_to_booker('channel_troubles', 'select');
