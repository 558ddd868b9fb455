-- A provider that owes the platform can't pay it: since when no channel of the platform takes the money, and when one did again after that. What
-- was shut is opened for that time, and the deadlines begin anew.
alter table providers add column no_way_to_pay_at_ms bigint;
alter table providers add column way_to_pay_back_at_ms bigint;
