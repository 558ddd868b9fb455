-- Rules about money: refunds that failed are settled, sellers across the desk have a limit, differences of statements stay
-- until somebody explains them, stray callbacks are listed.

-- A refund that failed was tried in another way, or given up; and what a person said of one that nobody had an answer for.
alter table refunds
  add column retry_of text,
  add column resolution text check (resolution in ('retried', 'given-up', 'paid')),
  add column resolved_by text,
  add column resolved_at_ms bigint,
  add column note text;
create index refunds_intent on refunds (provider_id, intent_id) where intent_id is not null;

-- How far below zero a cash agent's float may go. No row: not at all.
create table float_limits (
  provider_id text not null,
  user_id text not null,
  credit_cents bigint not null check (credit_cents >= 0),
  primary key (provider_id, user_id),
  foreign key (provider_id, user_id) references users on delete cascade
);
select karibu_guard('float_limits');

-- What a statement and the books say differently, by receipt. One that agrees by a later statement is resolved by that.
create table statement_differences (
  provider_id text not null,
  channel_id text not null,
  receipt text not null,
  what text not null check (what in
    ('not-in-books', 'not-on-statement', 'amount-differs', 'reversed-at-channel', 'reversed-in-books')),
  statement_cents bigint not null,
  booked_cents bigint not null,
  statement_id text not null, -- the newest that shows it
  found_at_ms bigint not null,
  resolved_at_ms bigint,
  resolved_by text, -- null: a later statement
  note text,
  primary key (provider_id, channel_id, receipt),
  foreign key (provider_id, channel_id) references channels,
  foreign key (provider_id, statement_id) references statements
);
create index statement_differences_newest on statement_differences (provider_id, found_at_ms, channel_id, receipt);
select karibu_guard('statement_differences');

-- What came in for a day that was closed already is looked for by the channel's time.
create index receipts_paid on receipts (provider_id, channel_id, paid_at_ms) where paid_at_ms is not null;

-- Callbacks that fit nothing, newest first.
drop index evidence_stray;
create index evidence_stray on evidence (provider_id, received_at_ms, evidence_id) where state = 'stray';
