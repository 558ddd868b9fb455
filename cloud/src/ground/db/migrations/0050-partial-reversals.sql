-- Of a receipt's money, what went back to the payer while the rest stayed.
alter table receipts drop constraint receipts_whole;
alter table receipts add column returned_cents bigint not null default 0 check (returned_cents >= 0);
alter table receipts add constraint receipts_whole
  check (plan_cents + credit_cents + suspense_cents + returned_cents = amount_cents);
