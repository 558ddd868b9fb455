-- What a suspended customer bought is held back at its site until the customer is switched on again.
alter table grants add column suspended_at_ms bigint;
