-- A line is charged at its end, not before: until then the site has it that the customer stays online a little longer.
alter table subscriptions add column bridged_until_ms bigint; -- null: credit did not cover it, or nobody has looked
