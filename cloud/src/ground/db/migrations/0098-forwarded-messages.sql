-- M-Pesa's own message as a witness: the owner's phone forwards it to an address with a secret. None until a person makes one.
create table message_addresses (
  provider_id text not null references providers,
  channel_id text not null,
  token_hash text not null, -- SHA-256, hex
  token_sealed bytea not null, -- so that it can be shown again to who may change the channel
  made_at_ms bigint not null,
  replaced_at_ms bigint, -- good for two more days, so that the phone can be changed
  last_at_ms bigint,
  primary key (provider_id, channel_id, token_hash),
  foreign key (provider_id, channel_id) references channels
);
create unique index message_addresses_token on message_addresses (token_hash);
create unique index message_addresses_current on message_addresses (provider_id, channel_id) where replaced_at_ms is null;
select karibu_guard('message_addresses');
