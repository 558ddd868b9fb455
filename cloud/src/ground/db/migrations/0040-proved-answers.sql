-- What a channel says about a receipt may speak against it only after the same kind of answer was right about money that did come
-- to that short code: fields differ between short codes, and one that is missing must not look like a payment that never was.
create table proved_answers (
  provider_id text not null references providers,
  channel_id text not null,
  source text not null check (source in ('transaction-status', 'pull')),
  receipt text not null, -- the money about which it was right
  proved_at_ms bigint not null,
  primary key (provider_id, channel_id, source)
);
select karibu_guard('proved_answers');

-- The tables are guarded also against their owner: data is changed as the role that sees all providers.
set local role karibu_platform;

-- A status answer was stored only where it named our short code, the receipt and its amount.
insert into proved_answers (provider_id, channel_id, source, receipt, proved_at_ms)
select distinct on (provider_id, channel_id) provider_id, channel_id, 'transaction-status', natural_key, received_at_ms
from evidence where source = 'transaction-status' and state <> 'stray'
order by provider_id, channel_id, received_at_ms;

-- A list was right where it named money of which another source had told.
insert into proved_answers (provider_id, channel_id, source, receipt, proved_at_ms)
select distinct on (listed.provider_id, listed.channel_id)
  listed.provider_id, listed.channel_id, 'pull', listed.natural_key, listed.received_at_ms
from evidence listed
join receipts told on told.provider_id = listed.provider_id and told.channel_id = listed.channel_id
  and told.receipt = listed.natural_key and told.source in ('stk-callback', 'c2b-confirmation', 'transaction-status', 'statement')
  and told.state <> 'frozen'
where listed.source = 'pull' and listed.state <> 'stray'
order by listed.provider_id, listed.channel_id, listed.received_at_ms;

reset role;
