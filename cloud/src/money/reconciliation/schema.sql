-- Tables of money/reconciliation. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- A statement of the organisation portal, as it was read; the last word on what came in.
create table statements (
  provider_id text not null references providers,
  statement_id text not null,
  channel_id text not null,
  layout text not null,
  from_ms bigint not null,
  to_ms bigint not null,
  inflow_rows integer not null,
  inflow_cents bigint not null,
  file_hash text not null,
  imported_by text not null,
  imported_at_ms bigint not null,
  balance text not null default 'absent' check (balance in ('absent', 'unreadable', 'agrees', 'differs')),
  opening_cents bigint,
  closing_cents bigint,
  -- Of another account of the organisation's at M-Pesa (Working): it says nothing about what customers paid, and covers no day.
  is_of_other_account boolean not null default false,
  -- The same file again is the same statement, and the last word from then on, as a new one is. Null: it was sent once.
  sent_again_at_ms bigint,
  primary key (provider_id, statement_id),
  foreign key (provider_id, channel_id) references channels
);
create unique index statements_file on statements (provider_id, channel_id, file_hash);
select karibu_guard('statements');

-- One movement of a statement, matched with what the books say by its receipt.
create table statement_lines (
  provider_id text not null,
  statement_id text not null,
  line integer not null,
  receipt text not null,
  kind text not null check (kind in ('inflow', 'reversal', 'charge', 'sweep', 'outflow', 'returned', 'other')),
  amount_cents bigint not null,
  completed_at_ms bigint not null,
  account_text text,
  payer text,
  linked_receipt text,
  outside_cents bigint not null default 0, -- what it moved in the channel's other accounts
  is_to_customer boolean not null default false, -- an outflow: it went to a customer, and not to the bank or to another business
  primary key (provider_id, statement_id, line),
  foreign key (provider_id, statement_id) references statements
);
create index statement_lines_receipt on statement_lines (provider_id, receipt);
-- A day is closed by its own lines, however many statements came since.
create index statement_lines_completed on statement_lines (provider_id, completed_at_ms);
select karibu_guard('statement_lines');

-- A day of a channel that somebody has compared and closed: what was booked, and what the statement said.
create table closed_days (
  provider_id text not null,
  channel_id text not null,
  day date not null,
  booked_cents bigint not null,
  statement_cents bigint not null,
  closed_by text not null,
  closed_at_ms bigint not null,
  closing_cents bigint, -- what the channel held at the statement's end; null: nothing to compare
  account_cents bigint, -- the channel's account in the books then
  compared_until_ms bigint, -- the end of that statement
  primary key (provider_id, channel_id, day)
);
select karibu_guard('closed_days');

-- What a statement and the books say differently, by receipt. One that agrees by a later statement is resolved by that.
create table statement_differences (
  provider_id text not null,
  channel_id text not null,
  receipt text not null,
  what text not null check (what in ('not-in-books', 'not-on-statement', 'amount-differs', 'reversed-at-channel', 'reversed-in-books',
    'reversal-unmatched', 'payout-not-in-books', 'withdrawn-unread', 'payout-returned-unread', 'balance-differs')),
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
create index statement_differences_open on statement_differences (provider_id) where resolved_at_ms is null;
select karibu_guard('statement_differences');

-- What a person recorded as paid out of a channel, by the receipt under which its statement knows the payment: an expense, or a share of a venue. It
-- has left the channel in the books, by the entry with this key. A row goes where the entry is turned round.
create table paid_by_hand (
  provider_id text not null references providers,
  rail text not null, -- on which receipts of the channel are unique
  receipt text not null,
  channel_id text not null,
  entry_key text not null,
  amount_cents bigint not null check (amount_cents > 0),
  primary key (provider_id, rail, receipt)
);
create unique index paid_by_hand_entry on paid_by_hand (provider_id, entry_key);
select karibu_guard('paid_by_hand');
