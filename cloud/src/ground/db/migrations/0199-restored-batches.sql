-- Which came later: a batch's row as the restored hub knows it, or one that a site gives back (cloud/src/operations/restored).

-- Of a batch's row: the version that the back-up had, or that of the signed row that was taken back. What the hub itself publishes
-- after a restore does not change it. Null: the batch was made since.
alter table feed_rows add column restored_version bigint;

-- When somebody last switched the batch on or off. Null: nobody did since this column is here.
alter table voucher_batches add column switched_at_ms bigint;
