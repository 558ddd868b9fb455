-- When the site said that a switch was done. Until then the hub asks again: it may still be refused.
alter table takeovers add column settled_at_ms bigint;
update takeovers set settled_at_ms = switched_at_ms where state = 'switched';
