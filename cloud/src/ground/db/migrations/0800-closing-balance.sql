-- A statement's closing balance is compared with the channel's account in the books, and a closed day says what was compared.
alter table statements add column opening_cents bigint; -- null: the Balance column is absent, or does not follow
alter table statements add column closing_cents bigint;
alter table statement_lines add column outside_cents bigint not null default 0; -- what it moved in the channel's other accounts
alter table closed_days add column closing_cents bigint; -- what the channel held at the statement's end; null: nothing to compare
alter table closed_days add column account_cents bigint; -- the channel's account in the books then
alter table closed_days add column compared_until_ms bigint; -- the end of that statement
alter table statement_differences drop constraint statement_differences_what_check;
alter table statement_differences add constraint statement_differences_what_check check (what in
  ('not-in-books', 'not-on-statement', 'amount-differs', 'reversed-at-channel', 'reversed-in-books', 'reversal-unmatched',
   'payout-not-in-books', 'withdrawn-unread', 'payout-returned-unread', 'balance-differs'));
