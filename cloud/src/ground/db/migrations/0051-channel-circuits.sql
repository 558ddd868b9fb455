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
