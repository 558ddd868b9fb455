-- How long there was no way to pay the platform since a notice went out. Those days do not count; the others do, whatever comes between. Who was
-- promised days anew when there was a way again keeps them.
alter table platform_notices add column waived_ms bigint not null default 0;
update platform_notices n set waived_ms = greatest(0, p.way_to_pay_back_at_ms - n.sent_at_ms)
  from providers p where p.provider_id = n.provider_id and n.ordinal = 3 and p.way_to_pay_back_at_ms is not null;
