-- When somebody took the codes of a batch to paper. Nobody recorded it before: the batches that exist count as printed.
alter table voucher_batches add column printed_at_ms bigint;
update voucher_batches set printed_at_ms = updated_at_ms where state = 'ready';
