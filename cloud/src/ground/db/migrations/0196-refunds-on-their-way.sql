-- The sweep finds refunds whose job was lost.
create index refunds_on_their_way on refunds (changed_at_ms) where state in ('approved', 'sending');
