-- When the keys that sell were entered, and when the channel first took a request for money that was made with them: only that shows that all of them fit.
alter table channels add column keys_entered_at_ms bigint not null default 0;
alter table channels add column request_accepted_at_ms bigint;
