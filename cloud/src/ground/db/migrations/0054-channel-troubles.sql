-- What is wrong at a channel and needs a person: it fails every customer, or it does not let us read its list.
create table channel_troubles (
  provider_id text not null references providers,
  channel_id text not null,
  kind text not null check (kind in ('fails-customers', 'list-refused')),
  reason text not null, -- a name for which the console has words
  said text not null, -- the channel's own code and words
  since_ms bigint not null,
  primary key (provider_id, channel_id, kind)
);
select karibu_guard('channel_troubles');
