-- What a site's journal held when it linked: once the hub has that, it knows everything that the site did before.
alter table site_links add column told_epoch text;
alter table site_links add column told_seq bigint;
-- Sites that could have given what is refunded, and whose journal the hub did not have up to then: [{siteId, name, heardAtMs}]. Null: none.
alter table refunds add column silent_sites jsonb;
-- It waits for them alone: once they are heard it goes on by itself, or is refused as used.
alter table refunds add column goes_on_when_heard boolean not null default false;
create index refunds_waiting_for_sites on refunds (provider_id, refund_id) where state = 'asked' and goes_on_when_heard;
