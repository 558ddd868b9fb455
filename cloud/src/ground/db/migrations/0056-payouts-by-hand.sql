-- Money that a statement shows as sent to a customer, and that no refund of ours sent: somebody did it in the channel's own portal.
alter table statement_differences drop constraint statement_differences_what_check;
alter table statement_differences add constraint statement_differences_what_check check (what in
  ('not-in-books', 'not-on-statement', 'amount-differs', 'reversed-at-channel', 'reversed-in-books', 'reversal-unmatched',
   'payout-not-in-books'));
create index refunds_result on refunds (provider_id, channel_id, result_receipt) where result_receipt is not null;
