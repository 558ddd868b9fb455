-- Each row of a statement that nobody reads is a difference, and a payout that came back is no payout. The statement's own balance is followed:
-- a day agrees only with a statement whose rows give its balance.
alter table statement_lines drop constraint statement_lines_kind_check;
alter table statement_lines add constraint statement_lines_kind_check
  check (kind in ('inflow', 'reversal', 'charge', 'sweep', 'outflow', 'returned', 'other'));
alter table statement_differences drop constraint statement_differences_what_check;
alter table statement_differences add constraint statement_differences_what_check check (what in
  ('not-in-books', 'not-on-statement', 'amount-differs', 'reversed-at-channel', 'reversed-in-books', 'reversal-unmatched',
   'payout-not-in-books', 'withdrawn-unread', 'payout-returned-unread'));
alter table statements add column balance text not null default 'absent' check (balance in ('absent', 'unreadable', 'agrees', 'differs'));
alter table refunds drop constraint refunds_state_check;
alter table refunds add constraint refunds_state_check
  check (state in ('asked', 'approved', 'sending', 'sent', 'unknown', 'done', 'failed', 'refused', 'returned'));
alter table refunds add column returned_receipt text; -- under which the channel gave it back to us
create index refunds_returned on refunds (provider_id, channel_id, returned_receipt) where returned_receipt is not null;
