-- Money that went back without an order of ours (refunds in the channel's dashboard, disputes), and ours as the channel names them.
create table returned_money (
  provider_id text not null references providers,
  channel_id text not null,
  return_id text not null, -- the channel's name of the refund or the dispute
  receipt text not null,
  amount_cents bigint not null check (amount_cents > 0),
  state text not null check (state in ('gone', 'returned')),
  changed_at_ms bigint not null,
  primary key (provider_id, channel_id, return_id)
);
select karibu_guard('returned_money');

-- A payout whose answer was lost is asked about by the name that we gave it.
alter table channel_calls drop constraint channel_calls_kind_check;
alter table channel_calls add constraint channel_calls_kind_check
  check (kind in ('status', 'reversal', 'payout', 'balance', 'payout-status'));
