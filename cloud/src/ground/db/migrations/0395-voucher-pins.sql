-- A second secret of each voucher, derived from the batch's key and the serial. Null: its vouchers have none.
alter table voucher_batches add column pin_digits integer check (pin_digits between 4 and 6);
