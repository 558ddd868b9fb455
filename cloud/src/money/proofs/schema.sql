-- Tables of money/proofs. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- What a channel says about a receipt may speak against it only after the same kind of answer was right about money that did come to that
-- short code: fields differ between short codes, and one that is missing must not look like a payment that never was.
create table proved_answers (
  provider_id text not null references providers,
  channel_id text not null,
  source text not null check (source in ('transaction-status', 'pull')),
  receipt text not null, -- the money about which it was right
  proved_at_ms bigint not null,
  primary key (provider_id, channel_id, source)
);
select karibu_guard('proved_answers');
