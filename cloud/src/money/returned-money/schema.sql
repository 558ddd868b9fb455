-- Tables of money/returned-money. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Money that went back without an order of ours (refunds in the channel's dashboard, disputes), and ours as the channel names them.
create table returned_money (
  provider_id text not null references providers,
  channel_id text not null,
  return_id text not null, -- the channel's name of the refund or the dispute
  receipt text not null,
  amount_cents bigint not null check (amount_cents > 0),
  -- `left-us`: with the customer or their bank. `came-back`: ours again: the dispute was won, or the refund failed.
  state text not null check (state in ('left-us', 'came-back')),
  changed_at_ms bigint not null,
  primary key (provider_id, channel_id, return_id)
);
select karibu_guard('returned_money');
