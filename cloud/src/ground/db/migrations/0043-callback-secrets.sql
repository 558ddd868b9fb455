-- Prompts and confirmations of money have callback addresses with a secret each: who sees the address of a prompt can't send
-- confirmations. Null: confirmations still come to the address that was registered with the channel's first secret.
alter table channels add column notice_token_hash text;
create unique index channels_notice_hook on channels (notice_token_hash) where notice_token_hash is not null;

-- The secrets as they are used: when each was last received, and which were replaced. A replaced one of confirmations is good until
-- M-Pesa has taken the new address; one of prompts for as long as a prompt may still call back.
create table hook_tokens (
  provider_id text not null references providers,
  channel_id text not null,
  use text not null check (use in ('push', 'confirmation')),
  token_hash text not null, -- SHA-256, hex
  made_at_ms bigint, -- null: with the channel
  replaced_at_ms bigint,
  last_at_ms bigint,
  primary key (provider_id, channel_id, use, token_hash)
);
create index hook_tokens_replaced on hook_tokens (token_hash) where replaced_at_ms is not null;
select karibu_guard('hook_tokens');
