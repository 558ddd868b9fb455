-- An M-Pesa channel has two kinds of keys: those that sell (consumer key and secret, passkey) and the initiator's, which sign
-- questions about receipts, reversals and payouts. Each kind has its own state: a refused initiator stops no sale.
alter table channels
  add column initiator_version integer not null default 0, -- one more with each change: a result of an earlier one says nothing
  add column initiator_code text, -- M-Pesa's result code that refuses it; null: nothing is against it
  add column initiator_problem text, -- the code with M-Pesa's own words
  add column initiator_stopped_at_ms bigint, -- since when nobody can be asked with it (refused, removed); null again once it works
  add column initiator_proved_at_ms bigint, -- when a result last showed that it works; null: nothing has yet
  add column initiator_untold boolean not null default false; -- refused below: its owners have to be told once
alter table channel_calls
  add column initiator_version integer not null default 0; -- of the initiator who signed it

-- The tables are guarded also against their owner: data is changed as the role that sees all providers.
set local role karibu_platform;

-- Until now a refused initiator stood where problems of the selling keys stand: "2001 The initiator information is invalid."
-- Problems of the selling keys begin with words, not with a result code. A password that was entered after the refused call
-- has been refused by nobody.
with refused as (
  select channel.provider_id, channel.channel_id, split_part(channel.keys_problem, ' ', 1) as code,
    max(call.asked_at_ms) as asked_at_ms, max(call.done_at_ms) as done_at_ms
  from channels channel
  left join channel_calls call on call.provider_id = channel.provider_id and call.channel_id = channel.channel_id
    and call.kind = 'status' and call.result_code = split_part(channel.keys_problem, ' ', 1)
  where channel.kind in ('mpesa-paybill', 'mpesa-till')
    and channel.keys_problem ~ '^(11|21|25|2001|2006|2028|8006|TP40153)( |$)'
  group by channel.provider_id, channel.channel_id, channel.keys_problem
)
update channels set
  keys_problem = null,
  initiator_untold = true,
  initiator_code = case when refused.asked_at_ms < channels.password_set_at_ms then null else refused.code end,
  initiator_problem = case when refused.asked_at_ms < channels.password_set_at_ms then null else channels.keys_problem end,
  initiator_stopped_at_ms = coalesce(refused.done_at_ms, channels.updated_at_ms)
from refused
where channels.provider_id = refused.provider_id and channels.channel_id = refused.channel_id;

update channels set initiator_proved_at_ms = (
  select max(call.done_at_ms) from channel_calls call
  where call.provider_id = channels.provider_id and call.channel_id = channels.channel_id and call.state = 'done'
    and call.asked_at_ms >= coalesce(channels.password_set_at_ms, 0)
    and call.result_code not in ('11', '21', '25', '2001', '2006', '2028', '8006', 'TP40153'))
where kind in ('mpesa-paybill', 'mpesa-till') and initiator_code is null and initiator_stopped_at_ms is null;

reset role;
