-- A reversal on a statement whose money is in no book, or that does not say which money it was, is a difference of its own.
alter table statement_differences drop constraint statement_differences_what_check;
alter table statement_differences add constraint statement_differences_what_check check (what in
  ('not-in-books', 'not-on-statement', 'amount-differs', 'reversed-at-channel', 'reversed-in-books', 'reversal-unmatched'));
