-- Pauses since the anchor, summed: all boundaries of the periods stand so much later. What is left keeps its worth, and the period its name.
alter table subscriptions add column shifted_ms bigint not null default 0;
